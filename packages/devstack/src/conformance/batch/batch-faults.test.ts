import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { RetryStrategy } from '@aws-sdk/client-batch'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Devstack, DevstackEnvironment } from '../../devstack.ts'
import { readProcess } from '../../executors/process-table.ts'
import { startDevstack } from '../../start-devstack.ts'
import { failure, freshFolder, startStack } from '../stack.fixture.ts'
import { createBatchClient, createLogsClient, ended, jobOf, linesOf, reach, register, submit } from './batch-stack.fixture.ts'

const patience = { timeout: 20_000, interval: 20 }
const retryHosts: RetryStrategy = {
  attempts: 3,
  evaluateOnExit: [
    { onStatusReason: 'Host EC2*', action: 'RETRY' },
    { onReason: '*', action: 'EXIT' },
  ],
}
const waiting = 'setInterval(() => {}, 1000)'

describe('a fault of Batch', () => {
  test('may be too many requests: by chance, or more than so many a second', async () => {
    let now = Date.now()
    const stack = await startStack({ now: () => now })
    const batch = createBatchClient(stack)
    const list = (): Promise<string> => failure(batch.listJobs({ jobQueue: 'millrace' }))
    await stack.faults.batch({ requests: { rate: 1, kinds: ['429'], operations: ['ListJobs'], times: 2 } })
    expect([await list(), await failure(batch.describeJobs({ jobs: [] })), await list(), await list()]).toEqual([
      '429 TooManyRequestsException',
      'no failure',
      '429 TooManyRequestsException',
      'no failure',
    ])
    await stack.faults.batch({ requestsPerSecond: 2 })
    expect([await list(), await list(), await list()]).toEqual(['no failure', 'no failure', '429 TooManyRequestsException'])
    now += 500
    expect([await list(), await list()]).toEqual(['no failure', '429 TooManyRequestsException'])
    await stack.faults.clear()
    expect([await list(), await list(), await list()]).toEqual(Array(3).fill('no failure'))
  })

  test('may be an answer that is lost: the job is there, and its name finds it', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    const jobDefinition = await register(batch, { code: '0' })
    const request = { jobName: 'once', jobQueue: 'millrace', jobDefinition }
    await stack.faults.batch({ requests: { rate: 1, kinds: ['lost-answer'], operations: ['SubmitJob'], times: 1 } })
    expect(await failure(batch.submitJob(request))).not.toBe('no failure')
    const found = await batch.listJobs({ jobQueue: 'millrace', filters: [{ name: 'JOB_NAME', values: ['once'] }] })
    expect(found.jobSummaryList).toHaveLength(1)
    await stack.faults.batch({
      requests: { rate: 1, kinds: ['500', 'reset', 'slow', 'truncate'], operations: ['SubmitJob'], delayMs: 1, seed: 3, times: 8 },
    })
    const outcomes = new Set<string>()
    for (let count = 0; count < 8; count += 1) outcomes.add(await failure(batch.submitJob(request)))
    expect(outcomes).toContain('500 ServerException')
    expect(outcomes.size).toBeGreaterThanOrEqual(3)
  })

  test('may be a job that is not known at first', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    await stack.faults.batch({ unknownAtFirst: 2 })
    const id = await submit(batch, '0')
    const counts: (number | undefined)[] = []
    for (let count = 0; count < 3; count += 1) counts.push((await batch.describeJobs({ jobs: [id] })).jobs?.length)
    expect(counts).toEqual([0, 0, 1])
  })

  test('may be an image that cannot be pulled, which a rule tries again', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    await stack.faults.batch({ pull: { rate: 1, times: 1 } })
    const retryStrategy: RetryStrategy = {
      attempts: 2,
      evaluateOnExit: [
        { onReason: 'CannotPullContainerError*', action: 'RETRY' },
        { onReason: '*', action: 'EXIT' },
      ],
    }
    const job = await ended(batch, await submit(batch, '0', { retryStrategy }))
    expect(job).toMatchObject({
      status: 'SUCCEEDED',
      attempts: [
        { statusReason: 'Task failed to start', container: { reason: expect.stringMatching(/^CannotPullContainerError/) } },
        { container: { exitCode: 0 } },
      ],
    })
  })

  test('may be a host that goes, with all that runs on it', async () => {
    const stack = await startStack({ batch: { queues: [{ name: 'millrace', kind: 'SPOT', hosts: 1 }] } })
    const batch = createBatchClient(stack)
    const logs = createLogsClient(stack)
    const code = `console.log(process.pid, process.env.AWS_BATCH_JOB_ATTEMPT); if (process.env.AWS_BATCH_JOB_ATTEMPT === '1') ${waiting}`
    const ids = [await submit(batch, code, { retryStrategy: retryHosts }), await submit(batch, code)]
    const pids: number[] = []
    for (const id of ids) {
      const job = await reach(batch, id, 'RUNNING')
      await expect.poll(async () => (await linesOf(logs, job)).length, patience).toBe(1)
      pids.push(Number((await linesOf(logs, job))[0]?.split(' ')[0]))
    }
    expect(stack.batch.loseHost(ids[0])).toEqual(ids)
    const [retried, lost] = [await ended(batch, ids[0] ?? ''), await ended(batch, ids[1] ?? '')]
    const statusReason = expect.stringMatching(/^Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.$/)
    expect(retried).toMatchObject({ status: 'SUCCEEDED', attempts: [{ statusReason }, { container: { exitCode: 0 } }] })
    expect(lost).toMatchObject({ status: 'FAILED', statusReason })
    expect(lost.container?.exitCode).toBeUndefined()
    await expect.poll(() => pids.filter(isAlive), patience).toEqual([])
    await stack.faults.batch({ hostLoss: { everyMs: 20, times: 1 } })
    expect((await ended(batch, await submit(batch, waiting))).statusReason).toMatch(/^Host EC2/)
  })

  test('may be a container that hears late that it shall end', async () => {
    let now = Date.now()
    const stack = await startStack({ now: () => now })
    const batch = createBatchClient(stack)
    await stack.faults.batch({ stopDelayMs: 30_000 })
    const id = await submit(batch, waiting)
    await reach(batch, id, 'RUNNING')
    await batch.terminateJob({ jobId: id, reason: 'late' })
    expect((await jobOf(batch, id)).status).toBe('RUNNING')
    now += 30_000
    // The clock of the test has moved; that of the timers has not, and any change makes the stack look.
    await batch.tagResource({ resourceArn: (await jobOf(batch, id)).jobArn, tags: { a: '1' } })
    expect(await ended(batch, id)).toMatchObject({ status: 'FAILED', statusReason: 'late', container: { exitCode: 143 } })
  })

  test('can be asked for from another process, and what makes no sense is refused', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    const call = async (method: string, path: string, body?: unknown): Promise<[number, unknown]> => {
      const answer = await fetch(`${stack.batch.url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      const text = await answer.text()
      return [answer.status, text === '' ? undefined : JSON.parse(text)]
    }
    const faults = { unknownAtFirst: 1 }
    expect(await call('PUT', '/_dev/faults/batch', faults)).toEqual([204, undefined])
    expect(await call('GET', '/_dev/faults')).toEqual([200, { batch: faults }])
    expect((await call('PUT', '/_dev/faults/batch', { pull: { rate: 2 } }))[0]).toBe(400)
    expect((await call('PUT', '/_dev/faults/batch', { requests: { rate: 1, kinds: ['503'] } }))[0]).toBe(400)
    await call('DELETE', '/_dev/faults')
    const id = await submit(batch, waiting)
    await reach(batch, id, 'RUNNING')
    expect(await call('POST', '/_dev/batch/lose-host', {})).toEqual([200, { jobs: [id] }])
    expect(await call('POST', '/_dev/batch/lose-host', { jobId: id })).toEqual([400, { message: expect.stringContaining('is on no host') }])
    await expect(stack.faults.batch({ stopDelayMs: -1 })).rejects.toThrow(RangeError)
  })
})

describe('a stack', () => {
  test('that is killed goes on when it starts again: what ran is lost with its hosts, what waited runs, and nothing is left over', async () => {
    const dir = freshFolder()
    const { child, env } = await startProcess(dir)
    const first = createBatchClient({ env })
    const logs = createLogsClient({ env })
    const code = `require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref()
      console.log(process.pid); if (process.env.AWS_BATCH_JOB_ATTEMPT === '1') ${waiting}; else process.exit(0)`
    const done = await submit(first, '0')
    await ended(first, done)
    const [retried, lost] = [await submit(first, code, { retryStrategy: retryHosts }), await submit(first, code)]
    const array = await submit(first, '0', { arrayProperties: { size: 3 }, dependsOn: [{ jobId: retried }] })
    const pids: number[] = []
    for (const id of [retried, lost]) {
      const job = await reach(first, id, 'RUNNING')
      await expect.poll(async () => (await linesOf(logs, job)).length, patience).toBe(1)
      pids.push(Number((await linesOf(logs, job))[0]))
    }
    const before = await jobOf(first, done)
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    expect(pids.filter(isAlive)).toEqual(pids)
    const stack = await startDevstack({ dir })
    onTestFinished(() => stack.close())
    // The kernel takes its time to end what was killed.
    await expect.poll(() => pids.filter(isAlive), patience).toEqual([])
    const second = createBatchClient(stack)
    expect(await jobOf(second, done)).toEqual(before)
    expect(await ended(second, lost)).toMatchObject({ status: 'FAILED', statusReason: expect.stringMatching(/^Host EC2/) })
    expect(await ended(second, retried)).toMatchObject({ status: 'SUCCEEDED', attempts: [{}, { container: { exitCode: 0 } }] })
    expect(await ended(second, array)).toMatchObject({ status: 'SUCCEEDED', arrayProperties: { statusSummary: { SUCCEEDED: 3 } } })
    expect(await register(second)).toMatch(/:5$/)
  })

  test('that is slow is as slow as AWS: jobs are SUBMITTED first, and 50 requests a second are all there is', async () => {
    const now = Date.now()
    const stack: Devstack = await startStack({ now: () => now, batch: { latency: 'real' } })
    const batch = createBatchClient(stack)
    expect((await jobOf(batch, await submit(batch, '0'))).status).toBe('SUBMITTED')
    const answers = await Promise.all(Array.from({ length: 200 }, () => failure(batch.describeJobs({ jobs: [] }))))
    // To register, to submit and to look were three more.
    expect(answers.filter((each) => each === 'no failure')).toHaveLength(47)
    expect(answers.filter((each) => each === '429 TooManyRequestsException')).toHaveLength(153)
  })
})

const moduleUrl = new URL('../../start-devstack.ts', import.meta.url).href

/** A devstack in a process of its own. */
async function startProcess(dir: string): Promise<{ child: ChildProcess; env: DevstackEnvironment }> {
  const code = `const { startDevstack } = await import(${JSON.stringify(moduleUrl)})
    const stack = await startDevstack({ dir: process.argv[1] })
    process.send(stack.env)`
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', code, '--', dir], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [env] = (await once(child, 'message')) as [DevstackEnvironment]
  return { child, env }
}

/** A zombie, which nobody looks for in some containers, does not live. */
function isAlive(pid: number): boolean {
  const state = readProcess(pid)?.state
  return state !== undefined && state !== 'Z'
}
