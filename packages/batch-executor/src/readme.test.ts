import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { BatchStack } from './batch-stack.fixture.ts'

test('the example in the README prints what the README says', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, code = '', output] = /```ts\n(.*?)```\n+```\n(.*?)```/s.exec(readme) ?? []
  await using stack = await BatchStack.start()
  await writeFile(join(stack.folder, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(stack.folder, 'example.ts'),
    code.replace("'@millrace/batch-executor'", JSON.stringify(import.meta.resolve('./index.ts'))),
  )
  const { stdout } = await promisify(execFile)(process.execPath, [join(stack.folder, 'example.ts')], {
    env: { ...process.env, XDG_CACHE_HOME: stack.folder },
  })
  expect(stdout).toBe(output)
})
