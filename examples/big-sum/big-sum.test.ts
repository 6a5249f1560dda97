import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const flow = fileURLToPath(new URL('big-sum.ts', import.meta.url))

test.each(['1', '63', '65', '1500'])('a matrix of size %s is made and summed', (size) => {
  const root = mkdtempSync(join(tmpdir(), 'millrace-big-sum-'))
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [flow, '--datastore-root', root, '--quiet', ...args], { encoding: 'utf8' })
  try {
    const stdout = run('run', '--size', size)
    const [, sum = ''] = /\] The sum is (\S+)\.\n.*\] Computing it took \d+ms\.\n$/.exec(stdout) ?? []
    const cells = Number(size) ** 2
    // The sum of n uniform numbers has the mean n / 2 and the deviation sqrt(n / 12): nine deviations are never seen.
    expect(Math.abs(Number(sum) - cells / 2)).toBeLessThan(9 * Math.sqrt(cells / 12))
    expect(Number(sum)).toBeGreaterThan(0)
    const { artifacts } = JSON.parse(run('dump', '1', '--json')) as { artifacts: Record<string, unknown> }
    expect(artifacts).toEqual({ size: Number(size), sum: Number(sum), elapsedMs: expect.any(Number) })
  } finally {
    rmSync(root, { recursive: true })
  }
})
