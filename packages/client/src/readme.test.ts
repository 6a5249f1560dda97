import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalStore } from '@millrace/artifact-store'
import { expect, onTestFinished, test } from 'vitest'
import { endedRun, storeRun } from './squares.fixture.ts'

test('the README’s example prints what the README says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, code = '', output = ''] = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(readme) ?? []
  const root = mkdtempSync(join(tmpdir(), 'millrace-readme-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const store = createLocalStore(root)
  await storeRun(store, endedRun({ tags: ['nightly'] }))
  await storeRun(store, endedRun({ run: '2', status: 'failed' }))
  const run = spawnSync(
    process.execPath,
    ['--conditions=source', '--input-type=module-typescript', '--eval', code.replace("'./squares.ts'", "'./src/squares.fixture.ts'")],
    {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', MILLRACE_DATASTORE_ROOT: root, MILLRACE_USER: 'ada', MILLRACE_NAMESPACE: '' },
    },
  )
  expect(run.stderr + run.stdout).toBe(output)
})
