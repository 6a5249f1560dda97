import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BatchExecutor } from '../batch-executor.ts'
import { BatchStack } from '../batch-stack.fixture.ts'
import type { JobLogLine } from '../logs/log-stream.ts'

let stack: BatchStack
let batch: BatchExecutor
beforeAll(async () => {
  stack = await BatchStack.start({
    queues: [{ name: 'millrace' }, { name: 'fargate', kind: 'FARGATE' }, { name: 'off', enabled: false }, { name: 'full', hosts: 0 }],
  })
  batch = stack.executor()
})
afterAll(() => stack[Symbol.asyncDispose]())

const node = BatchStack.node
const forever = node('setInterval(() => {}, 1000); process.on("SIGTERM", () => process.exit(7)); console.log("up")')

async function linesOf(lines: AsyncIterable<JobLogLine>): Promise<readonly string[]> {
  const texts: string[] = []
  for await (const { index, text } of lines) texts.push(index === undefined ? text : `${index}: ${text}`)
  return texts
}

describe('a job', () => {
  test('runs with what it was given, and its result and its log say so', async () => {
    const program = 'console.log(process.env.GREETING, process.argv[1]); console.error("to stderr"); console.log("ünïcödé")'
    const job = await batch.submit({
      name: 'hello world',
      command: [...node(program), 'an argument'],
      env: { GREETING: 'hi' },
      memory: 512,
    })
    const lines = linesOf(job.logs())
    const result = await job.wait()
    expect(result).toMatchObject({
      status: 'succeeded',
      exitCode: 0,
      attempts: 1,
      name: expect.stringMatching(/^hello-world-[0-9a-f]{8}$/),
    })
    expect(result.startedAt).toBeInstanceOf(Date)
    expect((await lines).toSorted()).toEqual(['hi an argument', 'to stderr', 'ünïcödé'].toSorted())
    expect(await linesOf(job.logs({ follow: false }))).toHaveLength(3)
  })

  test('that fails is a result that says why and what to do', async () => {
    const job = await batch.submit({ name: 'bad', command: node('process.exit(3)') })
    expect(await job.wait()).toMatchObject({
      status: 'failed',
      exitCode: 3,
      failure: { kind: 'exited', message: 'The program ended with exit code 3.', retryable: false },
    })
  })

  test('that takes more memory than it asked for is told to have done so', async () => {
    const job = await batch.submit({
      name: 'fat',
      memory: 64,
      command: node('const all = []; setInterval(() => all.push(Buffer.alloc(2e7, 1)), 5)'),
    })
    expect(await job.wait()).toMatchObject({ failure: { kind: 'out-of-memory', advice: 'Give it more: memory 128, for example.' } })
  })

  test('whose image is not there is told so', async () => {
    const job = await batch.submit({ name: 'lost', image: 'nowhere/at-all:1', command: ['true'], retry: 0 })
    const { failure } = await job.wait()
    expect(failure?.kind).toMatch(/^image-not-(found|pulled)$/)
    expect(failure?.message).toContain('nowhere/at-all:1')
  })

  test('is tried again as often as it asks, with a log for each attempt', async () => {
    const program =
      'console.log("attempt", process.env.AWS_BATCH_JOB_ATTEMPT); process.exit(process.env.AWS_BATCH_JOB_ATTEMPT === "2" ? 0 : 1)'
    const job = await batch.submit({ name: 'again', retry: 2, command: node(program) })
    expect(await job.wait()).toMatchObject({ status: 'succeeded', attempts: 2 })
    expect(await linesOf(job.logs())).toEqual(['attempt 1', 'attempt 2'])
  })

  test('is ended with its reason, and waited for', async () => {
    const job = await batch.submit({ name: 'long', command: forever })
    for await (const { text } of job.logs()) if (text === 'up') break
    expect(await job.terminate('Enough of it')).toEqual({ ended: [job.id], left: [], failed: [] })
    expect(await job.wait()).toMatchObject({
      status: 'failed',
      failure: { kind: 'cancelled', message: 'The job was ended: Enough of it.' },
    })
  })

  test('that does not end in time is named', async () => {
    const job = await batch.submit({
      name: 'deaf',
      command: node('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")'),
    })
    for await (const { text } of job.logs()) if (text === 'up') break
    expect(await job.terminate('now', { waitMs: 1 })).toMatchObject({ ended: [], left: [{ id: job.id }] })
    await job.wait()
  })

  test('that gets no machine is ended after the time that it may wait, with a reason', async () => {
    const job = await batch.submit({ name: 'waiting', queue: 'full', command: ['node'] })
    const result = await job.wait({ maxQueueTime: 300 })
    expect(result.failure).toMatchObject({
      kind: 'no-capacity',
      retryable: true,
      message: expect.stringMatching(/waited in the queue.*AWS Batch/),
    })
  })

  test('on Fargate is checked against its sizes before anything is submitted', async () => {
    const before = stack.devstack.batch.requests.counts.SubmitJob
    await expect(batch.submit({ name: 'odd', queue: 'fargate', cpu: 3, command: ['node'] })).rejects.toThrow(
      /Ask for cpu 4 and memory 8192.*\n.*execution role/s,
    )
    expect(stack.devstack.batch.requests.counts.SubmitJob).toBe(before)
    const executionRole = 'arn:aws:iam::123456789012:role/x'
    const job = await batch.submit({ name: 'even', queue: 'fargate', cpu: 0.25, memory: 512, executionRole, command: node('0') })
    expect(await job.wait()).toMatchObject({ status: 'succeeded' })
  })

  test('can be found by its name by another process', async () => {
    const job = await batch.submit({ name: 'findable', id: 'abc123', command: node('0') })
    expect((await stack.executor().find('findable-abc123'))?.id).toBe(job.id)
    expect(await batch.find('findable-other')).toBeUndefined()
  })

  test('is submitted with one call by a process that comes after another on this machine', async () => {
    const first = stack.executor()
    await first.submit({ name: 'a', cpu: 1, memory: 777, command: node('0') })
    const later = stack.executor()
    await later.submit({ name: 'b', cpu: 1, memory: 777, command: node('1'), env: { A: 'b' } })
    expect(later.callCount).toBe(1)
  })

  test('that nobody knows is not found', async () => {
    await expect(batch.describe(['nope'])).resolves.toEqual([])
  })
})

describe('a queue', () => {
  test.each([
    ['nowhere', 'not-found', /Could not find the queue nowhere in us-east-1\. There are .*millrace/],
    ['off', 'queue-disabled', /it is disabled, and takes no jobs\. Enable it/],
  ])('%s takes no job, and the error (%s) says why', async (queue, code, message) => {
    await expect(batch.submit({ name: 'x', queue })).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

describe('an array', () => {
  test('runs its children with their index, and tells of them together', async () => {
    const job = await batch.submit({ name: 'wide', size: 4, command: node('console.log("child", process.env.AWS_BATCH_JOB_ARRAY_INDEX)') })
    const lines = linesOf(job.logs())
    expect(await job.wait()).toMatchObject({ status: 'succeeded', children: { succeeded: 4, failed: 0 }, failures: [] })
    expect((await lines).toSorted()).toEqual(['0: child 0', '1: child 1', '2: child 2', '3: child 3'])
    expect(await linesOf(job.child(2).logs({ follow: false }))).toEqual(['2: child 2'])
  })

  test('says which of its children failed, and of what', async () => {
    const program = 'process.exit({ 1: 3, 3: 3, 4: 75 }[process.env.AWS_BATCH_JOB_ARRAY_INDEX] ?? 0)'
    const job = await batch.submit({ name: 'mixed', size: 5, retry: 0, command: node(program) })
    const { status, children, failures, failure } = await job.wait()
    expect([status, children, failures?.map(({ index, kind }) => `${index} ${kind}`)]).toEqual([
      'failed',
      { succeeded: 2, failed: 3 },
      ['1 exited', '3 exited', '4 temporary'],
    ])
    expect(failure).toMatchObject({
      kind: 'exited',
      retryable: false,
      message: '3 of the 5 children failed (exited 2, temporary 1); child 1: The program ended with exit code 3.',
    })
  })

  test('of 500 is submitted, followed and ended with a call each, and a look a second at most', async () => {
    const executor = stack.executor({ pollIntervalMs: 1_000 })
    await executor.queueFacts({ queue: 'full' })
    const before = executor.callCount
    const startedAt = Date.now()
    const job = await executor.submit({ name: 'large', size: 500, queue: 'full', command: forever })
    expect(await job.terminate('enough')).toMatchObject({ ended: [job.id], left: [], failed: [] })
    // Definition: at most two; submit, terminate; the looks.
    expect(executor.callCount - before).toBeLessThanOrEqual(4 + Math.ceil((Date.now() - startedAt) / 1_000) + 1)
  })
})

describe('many jobs', () => {
  test('are listed by name, status and parameters, and ended by bulk calls', async () => {
    const jobs = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        batch.submit({
          name: `many/${index}`,
          command: forever,
          cpu: 1,
          memory: 4,
          parameters: { who: index % 2 ? 'me' : 'you' },
          queue: 'full',
        }),
      ),
    )
    const list = async (options: Parameters<BatchExecutor['list']>[0]): Promise<readonly string[]> => {
      const ids: string[] = []
      for await (const { id } of batch.list({ queue: 'full', ...options })) ids.push(id)
      return ids
    }
    expect((await list({})).toSorted()).toEqual(jobs.map(({ id }) => id).toSorted())
    expect(await list({ namePrefix: 'many/1' })).toHaveLength(3)
    expect(await list({ namePrefix: 'other' })).toEqual([])
    expect(await list({ parameters: { who: 'me' } })).toHaveLength(6)
    expect(await list({ status: ['running', 'succeeded'] })).toEqual([])
    const places = await batch.places({ queue: 'full' })
    expect([...places.keys()].toSorted()).toEqual(jobs.map(({ id }) => id).toSorted())
    expect([...places.values()]).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
    expect(await batch.places({ queue: 'nowhere' })).toEqual(new Map())
    const before = stack.devstack.batch.requests.counts
    const result = await batch.terminate(
      jobs.map(({ id }) => id),
      'all of them',
    )
    expect(result.ended).toHaveLength(12)
    const { TerminateJobs = 0, TerminateJob } = stack.devstack.batch.requests.counts
    expect([TerminateJobs - (before.TerminateJobs ?? 0), TerminateJob]).toEqual([1, before.TerminateJob])
    expect(await list({})).toEqual([])
  })
})

test('an executor that is closed ends no job, and tells who waits for one', async () => {
  const executor = stack.executor()
  const job = await executor.submit({ name: 'stays', command: node('setTimeout(() => console.log("done"), 700)') })
  const waiting = job.wait()
  const told = expect(waiting).rejects.toMatchObject({ code: 'closed' })
  await executor.close()
  await told
  expect(await batch.job(job.id).wait()).toMatchObject({ status: 'succeeded' })
})
