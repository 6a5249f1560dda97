import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const flow = fileURLToPath(new URL('table-stats.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'millrace-table-stats-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('each day is measured from its own partition, and a second run takes the place of the first', () => {
  const location = join(folder, 'readings')
  for (const days of [4, 3]) {
    const args = [
      '--datastore-root',
      join(folder, 'store'),
      '--quiet',
      'run',
      '--location',
      location,
      '--days',
      String(days),
      '--readings',
      '1000',
    ]
    const lines = execFileSync(process.execPath, [flow, ...args], { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^.*\)\] /, ''))
    expect(lines).toEqual(
      Array.from(
        { length: days },
        (_, day) => `2026-11-0${day + 1}: 1000 readings, ${(day + 4.995).toFixed(3)} °C on average, ${(day + 9.99).toFixed(2)} °C at most`,
      ),
    )
  }
  const files = readdirSync(location, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'))
  expect(files).toHaveLength(3)
})
