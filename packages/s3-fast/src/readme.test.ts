import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { sharedStack } from './client/stack.fixture.ts'
import { sourceFlags } from './source-flags.fixture.ts'

const shared = sharedStack()

test('the README’s example prints what the README says, with nothing but the environment to go by', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, code = '', output = ''] = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(readme) ?? []
  // The devstack answers from this process, which must not stand still meanwhile.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...sourceFlags, '--input-type=module-typescript', '--eval', code.replace('s3://lake/', 's3://bucket/')],
    { cwd: new URL('..', import.meta.url), env: { ...process.env, ...shared.stack.env, NO_COLOR: '1' } },
  )
  expect(stderr + stdout).toBe(output)
})
