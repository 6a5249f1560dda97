import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tasksOnBatch, work } from './embedding.fixture.ts'
import { ScriptedExecutor } from './scripted-executor.fixture.ts'

test('the page on embedding shows code that is compiled here', async () => {
  const page = readFileSync(new URL('../../FLOW.md', import.meta.url), 'utf8')
  expect(page).toContain(`\`\`\`ts\n${readFileSync(new URL('./embedding.fixture.ts', import.meta.url), 'utf8')}\`\`\``)
})

test('an executor that launches nothing asks AWS for nothing, and a worker knows that nobody has started it', async () => {
  const executor = tasksOnBatch('s3://lake/runs')
  for await (const event of executor.launch([], new AbortController().signal)) throw new Error(`unexpected: ${event.kind}`)
  await executor.close('the test has ended')
  await expect(
    work(
      new ScriptedExecutor(
        () => 'succeed',
        async () => {},
      ),
    ),
  ).rejects.toThrow('It is started by AWS Batch')
})
