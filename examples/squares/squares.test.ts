import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const flow = fileURLToPath(new URL('squares.ts', import.meta.url))

test.each([
  ['20', 2470],
  ['1', 0],
])('the squares of %s numbers are added up', (size, total) => {
  const root = mkdtempSync(join(tmpdir(), 'millrace-squares-'))
  try {
    const stdout = execFileSync(process.execPath, [flow, '--datastore-root', root, '--quiet', 'run', '--size', size], { encoding: 'utf8' })
    expect(stdout).toMatch(new RegExp(`\\] The total is ${total}\\.\n$`))
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('this is the flow that the README begins with', () => {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8')
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(flow, 'utf8')}\`\`\``)
})
