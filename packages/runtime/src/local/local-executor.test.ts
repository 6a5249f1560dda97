import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, taskRecordKey } from '@millrace/artifact-store'
import type { TaskEvent, TaskSpec } from '@millrace/core-graph'
import { type ExecutorBed, executorCases } from '@millrace/core-graph/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { taskSpec } from '../../fixtures/task-spec.ts'
import { LocalExecutor } from './local-executor.ts'

function openBed(isolate: boolean, fixture = 'executor-flow', flow = 'ExecutorFlow'): ExecutorBed {
  const root = mkdtempSync(join(tmpdir(), 'millrace-executor-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const store = openStore(root)
  const moduleUrl = new URL(`../../fixtures/${fixture}.ts`, import.meta.url).href
  const executor = new LocalExecutor({ store, moduleUrl, flow, maxWorkers: 2, isolate, maxLogBytes: 1e6 })
  const spec = (does: string, task: string): TaskSpec => taskSpec({ flow, root: store.url, step: does, task })
  const isAlive = (pid: number | undefined): boolean | undefined => {
    if (pid === undefined) return undefined
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }
  return { executor, store, maxWorkers: 2, spec, recordKey: taskRecordKey, isAlive }
}

describe.each([
  ['warm workers', false],
  ['a process for each task', true],
])('a local executor with %s', (_name, isolate) => {
  for (const { name, run } of executorCases(async () => openBed(isolate))) test(name, run)
})

test('a flow that a worker cannot load loses its task, with the reason', async () => {
  const { executor, spec } = openBed(false, 'no-such-flow')
  const events: TaskEvent[] = []
  for await (const event of executor.launch([spec('succeed', '1')], new AbortController().signal)) events.push(event)
  await executor.close('the test has ended')
  expect(events.at(-1)).toMatchObject({
    kind: 'lost',
    reason: 'launch-failed',
    error: { message: expect.stringContaining('no-such-flow') },
  })
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'lost'])
})

test('a worker that was killed while it had nothing to do is replaced, and no task is lost by it', async () => {
  const { executor, spec, isAlive } = openBed(false)
  const pidOf = async (task: string): Promise<number> => {
    let pid = 0
    for await (const event of executor.launch([spec('succeed', task)], new AbortController().signal)) {
      if (event.kind === 'started') pid = event.pid ?? 0
      expect(event.kind).not.toBe('lost')
    }
    return pid
  }
  const first = await pidOf('1')
  process.kill(first, 'SIGKILL')
  await expect.poll(() => isAlive?.(first)).toBe(false)
  expect(await pidOf('2')).not.toBe(first)
  await executor.close('the test has ended')
})

test('a limit of time beyond what a timer can count does not end the task at once', async () => {
  const { executor, spec } = openBed(false)
  const kinds: string[] = []
  const long: TaskSpec = { ...spec('succeed', '1'), timeoutMs: 60 * 24 * 3_600_000 }
  for await (const { kind } of executor.launch([long], new AbortController().signal)) kinds.push(kind)
  await executor.close('the test has ended')
  expect(kinds).toEqual(['started', 'finished'])
})

test('the time that a worker takes to load the flow is not the time of its task', async () => {
  const { executor, spec } = openBed(false, 'slow-flow', 'SlowFlow')
  const endOf = async (does: string): Promise<unknown> => {
    let last: TaskEvent | undefined
    const limited: TaskSpec = { ...spec('succeed', '1'), step: does, timeoutMs: 2_000 }
    for await (const event of executor.launch([limited], new AbortController().signal)) last = event
    return last?.kind === 'lost' ? last.reason : last?.kind
  }
  expect([await endOf('succeed'), await endOf('hang')]).toEqual(['finished', 'timeout'])
  await executor.close('the test has ended')
})
