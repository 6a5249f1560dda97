import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('the README’s example prints what the README says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, code = '', output = ''] = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(readme) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'millrace-readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const run = spawnSync(
    process.execPath,
    ['--conditions=source', '--input-type=module-typescript', '--eval', code.replace("'.millrace'", JSON.stringify(folder))],
    { cwd: new URL('..', import.meta.url), encoding: 'utf8' },
  )
  expect(run.stderr + run.stdout).toBe(output)
})
