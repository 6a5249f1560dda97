import { createMemoryStore, createRun, listTasks, readTask } from '@millrace/artifact-store'
import { type RunRecord, systemClock, type TaskEvent, type TaskSpec } from '@millrace/core-graph'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FlowExecutor } from './flow-executor.ts'
import type { FlowExecutorOptions } from './flow-executor-options.ts'
import { type Fate, InProcessJobs } from './in-process-jobs.fixture.ts'
import type { WorkerFailure } from './jobs/worker-jobs.ts'
import type { Script } from './scripted-executor.fixture.ts'
import { foreachSpecs } from './worker/worker-bed.fixture.ts'

const retry = { times: 3, delayMs: 0, backoff: 1, maxDelayMs: 0 }
const boom = { name: 'Error', message: 'boom' }
const never = new AbortController().signal
const hostLost: WorkerFailure = { reason: 'killed', infrastructure: true, error: { name: 'E', message: 'Host EC2 terminated' } }
const memory: WorkerFailure = {
  reason: 'out-of-memory',
  infrastructure: false,
  error: { name: 'E', code: 'out-of-memory', message: 'too little memory' },
}

async function openBed(script: Script, { fate = {}, ...options }: Partial<FlowExecutorOptions> & { fate?: Omit<Fate, 'script'> } = {}) {
  const store = createMemoryStore()
  await createRun(store, 'Wide', runDraft())
  const jobs = new InProcessJobs(store, { ...fate, script })
  const notes: string[] = []
  const executor = new FlowExecutor({
    store,
    jobs,
    clock: systemClock,
    maxLogBytes: 1e6,
    readRecord: (address) => readTask(store, address),
    sendCode: async () => 'code',
    onNote: (text) => notes.push(text),
    ...options,
  })
  onTestFinished(() => executor.close('the test has ended'))
  return { store, jobs, executor, notes, records: () => listTasks(store, 'Wide', '1', 'work') }
}

function runDraft(): Omit<RunRecord, 'run'> {
  const at = new Date().toISOString()
  const who = { user: 'test', namespace: 'user:test', tags: [], systemTags: [], host: 'elsewhere', pid: 1 }
  return { version: 1, flow: 'Wide', status: 'running', createdAt: at, heartbeatAt: at, parameters: {}, ...who }
}

async function follow(events: AsyncIterable<TaskEvent>): Promise<TaskEvent[]> {
  const all: TaskEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const ends = (events: readonly TaskEvent[]) => events.filter(({ kind }) => kind === 'finished' || kind === 'lost')
const told = (events: readonly TaskEvent[]) => events.map(({ kind, task }) => `${kind} ${task.task}#${task.attempt}`)

describe('a foreach on AWS Batch', () => {
  test('is one job of as many workers as may be, and every task is told of in order', async () => {
    const { executor, jobs, store } = await openBed(() => 'succeed', { maxWorkers: 16 })
    const events = await follow(executor.launch(foreachSpecs(200), never))
    expect(jobs.requests.map(({ workers, step }) => ({ workers, step }))).toEqual([{ workers: 16, step: 'work' }])
    expect(ends(events).length).toBe(200)
    expect(told(events).filter((one) => one.endsWith(' 7#0'))).toEqual(['started 7#0', 'log 7#0', 'finished 7#0'])
    await executor.close('done')
    expect(jobs.terminated).toEqual([])
    // What was said between them is gone; the records stay.
    const keys: string[] = []
    for await (const { key } of store.list('Wide/batch')) keys.push(key)
    expect(keys).toEqual([])
  })

  test('that comes in pieces, and two steps at once, are as few jobs as can be', async () => {
    const { executor, jobs } = await openBed(() => 'succeed')
    const launches = foreachSpecs(30).map((spec, index) => executor.launch([{ ...spec, step: index % 2 === 0 ? 'work' : 'other' }], never))
    await Promise.all(launches.map(follow))
    expect(jobs.requests.map(({ step, workers }) => `${step} ${workers}`)).toEqual(['work 15', 'other 15'])
  })

  test('has no more workers at a time than it may, over all its jobs', async () => {
    const gate = Promise.withResolvers<'succeed'>()
    const { executor, jobs } = await openBed(({ step }) => (step === 'work' ? gate.promise : 'succeed'), { maxWorkers: 3 })
    const first = follow(executor.launch(foreachSpecs(3), never))
    const started = executor.launch([{ ...(foreachSpecs(1)[0] as TaskSpec), step: 'other', task: '99' }], never)
    const second = follow(started)
    while (jobs.ran.length < 3) await systemClock.sleep(5)
    expect(jobs.requests.length).toBe(1)
    gate.resolve('succeed')
    await Promise.all([first, second])
    expect(jobs.requests.map(({ workers }) => workers)).toEqual([3, 1])
  })

  test('of one task is a plain job', async () => {
    const { executor, jobs } = await openBed(() => 'succeed')
    await follow(executor.launch(foreachSpecs(1), never))
    expect(jobs.requests[0]?.workers).toBe(1)
    expect(JSON.stringify(jobs.requests[0]?.environment).length).toBeLessThan(1_000)
  })
})

describe('a failed attempt', () => {
  test('is tried again by its worker, in the same job, when the scheduler launches it', async () => {
    const { executor, jobs } = await openBed(({ attempt }) => (attempt < 2 ? { fails: boom } : 'succeed'))
    const [spec] = foreachSpecs(1, { retry }) as [TaskSpec]
    const all: string[] = []
    for (const attempt of [0, 1, 2]) all.push(...told(await follow(executor.launch([{ ...spec, attempt }], never))))
    expect(all.filter((one) => !one.startsWith('log'))).toEqual([
      'started 2#0',
      'finished 2#0',
      'started 2#1',
      'finished 2#1',
      'started 2#2',
      'finished 2#2',
    ])
    expect(jobs.requests.length).toBe(1)
    expect(jobs.ran).toEqual(['2#0', '2#1', '2#2'])
  })

  test('for want of memory gets a new job, with more of it each time', async () => {
    const { executor, jobs } = await openBed(({ attempt }) => (attempt < 2 ? { lost: memory.error } : 'succeed'))
    const [spec] = foreachSpecs(1, { retry: { ...retry, memoryFactor: 2 } }) as [TaskSpec]
    for (const attempt of [0, 1, 2]) await follow(executor.launch([{ ...spec, attempt }], never))
    expect(jobs.requests.map(({ memoryFactor }) => memoryFactor)).toEqual([1, 2, 4])
  })

  test('that takes its whole worker with it for want of memory is lost, and the others of its slice run elsewhere', async () => {
    const { executor, jobs, records } = await openBed(
      ({ task, attempt }) => (task === '4' && attempt === 0 ? { kills: memory } : 'succeed'),
      { maxWorkers: 1 },
    )
    const specs = foreachSpecs(6, { retry: { ...retry, memoryFactor: 3 } })
    const events = await follow(executor.launch(specs, never))
    expect(ends(events).flatMap((event) => (event.kind === 'lost' ? [event.task.task, event.reason] : []))).toEqual(['4', 'out-of-memory'])
    await follow(executor.launch([{ ...(specs[2] as TaskSpec), attempt: 1 }], never))
    expect(jobs.requests.map(({ memoryFactor }) => memoryFactor)).toEqual([1, 1, 3])
    expect((await records()).filter(({ status }) => status === 'succeeded').length).toBe(6)
  })
})

describe('trouble of the platform', () => {
  test('that kills a worker costs no attempt: its tasks run in a new job', async () => {
    let kills = 1
    const { executor, jobs } = await openBed(({ task }) => (task === '3' && kills-- > 0 ? { kills: hostLost } : 'succeed'), {
      maxWorkers: 1,
    })
    const events = await follow(executor.launch(foreachSpecs(4), never))
    expect(ends(events).map(({ kind }) => kind)).toEqual(['finished', 'finished', 'finished', 'finished'])
    expect(told(events).filter((one) => one === 'started 3#0').length).toBe(1)
    expect(jobs.requests.length).toBe(2)
  })

  test('that never ends is told after three jobs that came to nothing', async () => {
    const { executor, jobs } = await openBed(() => ({ kills: hostLost }))
    const [end] = ends(await follow(executor.launch(foreachSpecs(1), never)))
    expect(end).toMatchObject({ kind: 'lost', error: { message: 'Host EC2 terminated' } })
    expect(jobs.requests.length).toBe(3)
  })

  test('that lets no worker begin loses all tasks at once, with the reason', async () => {
    const pull: WorkerFailure = {
      reason: 'launch-failed',
      infrastructure: false,
      error: { name: 'E', message: 'CannotPullContainerError' },
    }
    const { executor, jobs } = await openBed(() => 'succeed', { fate: { refused: [pull] } })
    const events = await follow(executor.launch(foreachSpecs(3), never))
    expect(events.map((event) => event.kind === 'lost' && event.error.message)).toEqual(Array(3).fill('CannotPullContainerError'))
    expect(jobs.requests.length).toBe(1)
  })

  test('that refuses the job loses its tasks, with the reason', async () => {
    const refusing = { submit: () => Promise.reject(Object.assign(new Error('no such queue'), { code: 'not-found' })) }
    const { executor } = await openBed(() => 'succeed', { jobs: refusing })
    expect(await follow(executor.launch(foreachSpecs(2), never))).toMatchObject([
      { kind: 'lost', reason: 'launch-failed', error: { message: 'no such queue', code: 'not-found' } },
      { kind: 'lost', reason: 'launch-failed' },
    ])
  })

  test('that finds no machine in time is told in its own words', async () => {
    const queued = 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY'
    const { executor, jobs, notes } = await openBed(() => 'succeed', { fate: { queued }, maxQueueMs: 100 })
    const [end] = ends(await follow(executor.launch(foreachSpecs(1), never)))
    expect(end).toMatchObject({
      kind: 'lost',
      reason: 'launch-failed',
      error: { message: expect.stringContaining(`AWS Batch says: ${queued}`) },
    })
    expect(jobs.terminated).toEqual(['job-0'])
    expect(notes).toEqual(['Submitted the job job-0 for the task 2 of work, in one container.', `The job job-0 waits: ${queued}`])
  })

  test('that ends a job after its record was written loses nothing', async () => {
    const store = createMemoryStore()
    // What this worker tells never arrives.
    const silent = {
      ...store,
      put: async (...[key, ...rest]: Parameters<typeof store.put>) => (key.includes('/events/') ? true : store.put(key, ...rest)),
    }
    await createRun(store, 'Wide', runDraft())
    const { executor } = await openBed(() => 'succeed', {
      store: silent,
      jobs: new InProcessJobs(silent, { script: () => 'succeed' }),
      readRecord: (address) => readTask(store, address),
    })
    const events = await follow(executor.launch(foreachSpecs(5), never))
    expect(ends(events).map(({ kind }) => kind)).toEqual(Array(5).fill('finished'))
  })
})

describe('stopping', () => {
  test('ends a job by one call, and its tasks are lost when its workers are gone', async () => {
    const { executor, jobs } = await openBed(() => 'wait', { maxWorkers: 4 })
    const stop = new AbortController()
    const events: TaskEvent[] = []
    for await (const event of executor.launch(foreachSpecs(9), stop.signal)) {
      events.push(event)
      if (event.kind === 'log') stop.abort()
    }
    expect(jobs.terminated).toEqual(['job-0'])
    expect(ends(events).map((event) => event.kind === 'lost' && event.reason)).toEqual(Array(9).fill('cancelled'))
  })

  test('before the job was submitted leaves none behind', async () => {
    const gate = Promise.withResolvers<string>()
    const { executor, jobs } = await openBed(() => 'wait', { sendCode: () => gate.promise })
    const stop = new AbortController()
    const events = follow(executor.launch(foreachSpecs(2), stop.signal))
    await systemClock.sleep(30)
    stop.abort()
    gate.resolve('code')
    expect((await events).map((event) => event.kind === 'lost' && event.reason)).toEqual(['cancelled', 'cancelled'])
    await executor.close('done')
    expect(jobs.requests).toEqual([])
  })

  test('by close ends what runs and what waits, and nothing starts after it', async () => {
    const { executor, jobs } = await openBed(() => 'wait', { maxWorkers: 2 })
    const first = follow(executor.launch(foreachSpecs(2), never))
    while (jobs.ran.length < 2) await systemClock.sleep(5)
    const second = follow(executor.launch([{ ...(foreachSpecs(1)[0] as TaskSpec), step: 'other', task: '99' }], never))
    await executor.close('a test')
    for (const end of ends([...(await first), ...(await second)])) expect(end).toMatchObject({ kind: 'lost', reason: 'cancelled' })
    expect((await follow(executor.launch(foreachSpecs(1), never))).map(({ kind }) => kind)).toEqual(['lost'])
    expect(jobs.terminated).toEqual(['job-0'])
  })
})
