import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the example in the README prints what the README says', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, code = '', output] = /before anything is sent:\n\n```ts\n(.*?)```\n+```\n(.*?)```/s.exec(readme) ?? []
  const folder = await mkdtemp(join(tmpdir(), 'millrace-readme-'))
  try {
    await writeFile(
      join(folder, 'example.ts'),
      code.replace("'@millrace/batch-executor'", JSON.stringify(import.meta.resolve('./index.ts'))),
    )
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'example.ts')])
    expect(stdout).toBe(output)
  } finally {
    await rm(folder, { recursive: true })
  }
})
