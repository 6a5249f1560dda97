import type { Executor, TaskEvent } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { taskSpec } from '../../fixtures/task-spec.ts'
import { RoutingExecutor } from './routing-executor.ts'

const fake = (name: string, fails = false): Executor & { closed: string[] } => ({
  name,
  closed: [],
  async *launch(specs) {
    for (const { step, task, attempt } of specs) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
      if (fails) throw new Error(`${name} is broken`)
      yield { kind: 'started', task: { step, task, attempt }, at: new Date() }
    }
  },
  async close(reason) {
    this.closed.push(reason)
  },
})
const specs = ['near', 'far', 'near', 'far'].map((step, index) => taskSpec({ step, task: String(index) }))
const never = new AbortController().signal

async function collect(events: AsyncIterable<TaskEvent>): Promise<string[]> {
  const all: string[] = []
  for await (const { task } of events) all.push(`${task.step} ${task.task}`)
  return all
}

test('each task runs where its step goes, in one launch or apart', async () => {
  const [local, remote] = [fake('local'), fake('remote')]
  const executor = new RoutingExecutor({ local, remote, isRemote: (step) => step === 'far' })
  const all = await collect(executor.launch(specs, never))
  expect(all.filter((one) => one.startsWith('near'))).toEqual(['near 0', 'near 2'])
  expect(all.filter((one) => one.startsWith('far'))).toEqual(['far 1', 'far 3'])
  expect(await collect(executor.launch(specs.slice(0, 1), never))).toEqual(['near 0'])
  expect(await collect(executor.launch([], never))).toEqual([])
  await executor.close('done')
  expect([local.closed, remote.closed]).toEqual([['done'], ['done']])
})

test('what one executor throws comes after all that the other yields', async () => {
  const executor = new RoutingExecutor({ local: fake('local'), remote: fake('remote', true), isRemote: (step) => step === 'far' })
  const seen: string[] = []
  await expect(
    (async () => {
      for await (const { task } of executor.launch(specs, never)) seen.push(task.task)
    })(),
  ).rejects.toThrow('remote is broken')
  expect(seen).toEqual(['0', '2'])
})
