import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRun, listAttempts, openStore, readLog, readTask, taskRecordKey } from '@millrace/artifact-store'
import { FlowExecutor } from '@millrace/batch-executor/flow'
import { type ObjectStore, systemClock, type TaskEvent, type TaskSpec } from '@millrace/core-graph'
import { type ExecutorBed, executorCases } from '@millrace/core-graph/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeCodePackage } from '../code-package/code-package.ts'
import { unpackArchive } from '../code-package/tar.ts'
import { ProcessJobs } from './process-jobs.fixture.ts'

const unpacked = mkdtempSync(join(tmpdir(), 'millrace-package-'))
const never = new AbortController().signal

beforeAll(async () => {
  const { worker, flow } = await makeCodePackage({ sourceFile: fileURLToPath(new URL('./container-flow.fixture.ts', import.meta.url)) })
  for (const { name, body } of [worker, flow].flatMap((archive) => unpackArchive(archive.body))) {
    mkdirSync(dirname(join(unpacked, name)), { recursive: true })
    writeFileSync(join(unpacked, name), body)
  }
})
afterAll(() => rmSync(unpacked, { recursive: true, force: true }))

async function openBed(environment: Record<string, string> = {}, maxWorkers = 2) {
  const root = mkdtempSync(join(tmpdir(), 'millrace-container-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const store = openStore(root)
  const at = new Date().toISOString()
  const who = { user: 'test', namespace: 'user:test', tags: [], systemTags: [], host: 'elsewhere', pid: 1 }
  await createRun(store, 'ContainerFlow', {
    version: 1,
    flow: 'ContainerFlow',
    status: 'running',
    createdAt: at,
    heartbeatAt: at,
    parameters: {},
    ...who,
  })
  const jobs = new ProcessJobs(unpacked, environment)
  const executor = new FlowExecutor({
    store,
    jobs,
    clock: systemClock,
    maxWorkers,
    maxLogBytes: 1e6,
    readRecord: (address) => readTask(store, address),
    sendCode: async () => 'already there',
    onNote: () => {},
  })
  onTestFinished(() => executor.close('the test has ended'))
  return { store, jobs, executor, maxWorkers, spec: specs(store) }
}

const specs =
  (store: ObjectStore) =>
  (step: string, task: string, more: Partial<TaskSpec> = {}): TaskSpec => {
    const none = { inputs: [], targets: [], reads: [], inputReads: [], frames: [], parameters: {}, tags: [] }
    const who = { namespace: 'user:test', username: 'test', maxNumSplits: 10 }
    return { flow: 'ContainerFlow', run: '1', root: store.url, step, task, attempt: 0, join: false, ...none, ...who, ...more }
  }

async function follow(events: AsyncIterable<TaskEvent>): Promise<TaskEvent[]> {
  const all: TaskEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('workers as processes that run a code package', () => {
  const open = async (): Promise<ExecutorBed> => ({ ...(await openBed()), recordKey: taskRecordKey, isAlive: () => undefined })
  for (const { name, run } of executorCases(open)) test(name, run)

  test('a task that fails has its error where the flow file has it, and is tried again in a new process', async () => {
    const { executor, spec, jobs } = await openBed()
    const retry = { times: 1, delayMs: 0, backoff: 1, maxDelayMs: 0 }
    const events = await follow(executor.launch([spec('throw', '1', { retry })], never))
    const again = await follow(executor.launch([spec('throw', '1', { retry, attempt: 1 })], never))
    const [first, second] = [events, again].map((all) => all.at(-1))
    expect(first).toMatchObject({ kind: 'finished', record: { status: 'failed', attempt: 0 } })
    expect(second).toMatchObject({ kind: 'finished', record: { status: 'failed', attempt: 1, error: { message: 'as asked' } } })
    expect(jobs.requests.length).toBe(1)
    const [record, next] = [first, second].map((event) => (event?.kind === 'finished' ? event.record : undefined))
    expect(record?.error?.stack).toContain('container-flow.fixture.ts:')
    expect(next?.pid).not.toBe(record?.pid)
  })

  test('a task that takes too much memory is ended and not its worker: its last lines are kept, and it is told why', async () => {
    const { executor, spec, store } = await openBed({ MILLRACE_MEMORY_MB: '400' })
    const events = await follow(executor.launch([spec('hoard', '1'), spec('succeed', '2')], never))
    const lost = events.find(({ kind }) => kind === 'lost')
    expect(lost).toMatchObject({
      kind: 'lost',
      reason: 'out-of-memory',
      error: { message: expect.stringMatching(/more than the 400 MB.*memoryFactor: 2/) },
    })
    expect(await readTask(store, spec('hoard', '1'))).toMatchObject({ status: 'failed', error: { code: 'out-of-memory' } })
    const { logs } = await listAttempts(store, { flow: 'ContainerFlow', run: '1', step: 'hoard', task: '1' })
    const lines = await readLog(
      store,
      spec('hoard', '1'),
      logs.map(({ segment }) => segment),
    )
    expect(lines.map(({ text }) => text)).toEqual(['about to take all of it'])
  })

  test('a worker that is killed costs nothing but time', async () => {
    const { executor, spec, jobs } = await openBed({}, 1)
    let killed = false
    const events: TaskEvent[] = []
    for await (const event of executor.launch(
      [spec('succeed', '1'), spec('wait', '2', { timeoutMs: 3_000 }), spec('succeed', '3')],
      never,
    )) {
      events.push(event)
      if (event.kind !== 'log' || killed) continue
      killed = true
      for (const pid of jobs.pids) process.kill(pid, 'SIGKILL')
    }
    expect(events.flatMap((event) => (event.kind === 'finished' ? event.task.task : []))).toEqual(['1', '3'])
    expect(events.find(({ kind }) => kind === 'lost')).toMatchObject({ task: { task: '2', attempt: 0 }, reason: 'timeout' })
    expect(jobs.requests.length).toBeGreaterThan(1)
  })

  test('a run whose scheduler has ended it ends its workers', async () => {
    const { executor, spec, store, jobs } = await openBed()
    await store.put('ContainerFlow/runs/1/run.json', Buffer.from('{}'))
    const events = await follow(executor.launch([spec('succeed', '1')], never))
    expect(events.map(({ kind }) => kind)).toEqual(['lost'])
    expect(jobs.output).toContain('This worker has ended because the record of its run is gone.')
  })
})
