import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listAttempts, listTasks, readRun } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import type { Finished, TestBed } from '../run-command.ts'
import { openBucket } from '../s3/bucket.fixture.ts'

const deniedRole = 'arn:aws:iam::123456789012:role/denied'
const readerRole = 'arn:aws:iam::123456789012:role/reader'
const { stack, folder, bed } = await openBucket({
  queues: [{ name: 'millrace' }, { name: 'closed', enabled: false }, { name: 'full', hosts: 0 }],
  deniedRoles: [deniedRole],
  readOnlyRoles: [readerRole],
})
const batch = ['--with', 'batch:memory=512']

/** Processes of this machine that run for a datastore: workers have its address in their environment. */
const workersOf = (root: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      return environment.includes('MILLRACE_WORKER=') && environment.includes(`"root":"${root}"`)
    } catch {
      return false
    }
  })

async function untilNone(root: string): Promise<void> {
  while (workersOf(root).length > 0) await new Promise((resolve) => setTimeout(resolve, 100))
}

describe('a flow on AWS Batch', { timeout: 180_000 }, () => {
  it('runs as it does here, with nothing changed but --with batch: one job a step, an array for a foreach', async () => {
    const own = bed()
    stack.batch.requests.reset()
    const { code, stdout, stderr } = await own.run('wide', 'run', ...batch, '--width', '30', '--max-workers', '3')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('[1/end/33] The total is 8555.')
    expect(stack.batch.requests.counts.SubmitJob).toBe(4)
    const tasks = await listTasks(own.store, 'Wide', '1')
    expect(tasks.map(({ status, attempt }) => `${status} ${attempt}`)).toEqual(Array(33).fill('succeeded 0'))
    // What workers and scheduler said to each other is gone.
    for await (const { key } of own.store.list('Wide/batch')) throw new Error(`left behind: ${key}`)
    expect(workersOf(own.root)).toEqual([])
  })

  it('that fails says which task, why and where, and keeps what the task wrote', async () => {
    const own = bed()
    const failed = await own.run('trouble', 'run', ...batch, '--how', 'throw', '--max-workers', '2')
    expect(failed.code, failed.stderr).toBe(1)
    expect(failed.stderr).toContain('two is too many')
    expect(failed.stderr).toMatch(/trouble\.ts:\d+/)
    // Those that ran beside it were ended, and have records of their own that say so.
    const [, task] = /What the task wrote: \S.* logs (1\/work\/\d+)$/m.exec(failed.stderr) ?? []
    const tasks = await listTasks(own.store, 'Trouble', '1', 'work')
    const bad = tasks.filter(({ error }) => error?.message === 'two is too many')
    expect(bad.map((record) => `1/work/${record.task} ${record.status}`)).toEqual([`${task} failed`])
    const others = tasks.filter((record) => record.status === 'failed' && record !== bad[0])
    expect(others.map(({ error }) => error?.code)).toEqual(others.map(() => 'cancelled'))
    expect((await own.run('trouble', 'logs', `${task}`)).stdout).toContain('working on 1')
    await untilNone(own.root)
  })

  it('whose task is killed is tried again, in the same job', async () => {
    const own = bed()
    stack.batch.requests.reset()
    const { code, stderr } = await own.run('trouble', 'run', ...batch, '--how', 'kill', '--with', 'retry:times=1', '--max-workers', '1')
    expect(code, stderr).toBe(1)
    expect(stderr).toContain('It will be tried again.')
    const attempts = (await listTasks(own.store, 'Trouble', '1', 'work')).filter(({ error }) => error?.code === 'executor-lost')
    expect(attempts).toMatchObject([{ attempt: 1 }])
    expect(stack.batch.requests.counts.SubmitJob).toBe(2)
    await untilNone(own.root)
  })

  it('that is interrupted leaves nothing running', async () => {
    const own = bed()
    const run = own.start('wait', ['run', ...batch])
    await run.seen(/waiting 0[\s\S]*waiting 1|waiting 1[\s\S]*waiting 0/)
    run.child.kill('SIGINT')
    const { code, stderr } = await run.finished
    expect(code, stderr).toBe(130)
    expect((await readRun(own.store, { flow: 'Wait', run: '1' }))?.status).toBe('interrupted')
    await untilNone(own.root)
  })
})

/** A wide step on AWS Batch after one on this machine: what is wrong with the first is wrong with two hundred tasks. */
const fan = ['run', '--width', '200', '--max-workers', '2', '--with', 'retry:times=2']

/** One task failed, once, for all. */
async function expectOneFailure(own: TestBed, { code, stderr }: Finished, says: RegExp): Promise<void> {
  expect(code, stderr).toBe(1)
  expect(stderr).toMatch(says)
  expect(stderr.match(/Task failed/g)).toHaveLength(1)
  // It never ran: there is nothing that it wrote.
  expect(stderr).not.toContain('What the task wrote')
  expect((await listAttempts(own.store, { flow: 'Fan', run: '1', step: 'work' })).records).toHaveLength(1)
}

describe('what keeps a step from running on AWS Batch is told once, with what to do, and is not tried again', { timeout: 120_000 }, () => {
  it('a datastore on this machine, and a queue that nobody has named, before the run begins', async () => {
    const { code, stderr } = await bed().start('two', ['run', '--with', 'batch', '--datastore-root', '/tmp/here'], {
      env: { MILLRACE_BATCH_QUEUE: '' },
    }).finished
    expect(code).toBe(2)
    expect(stderr).toContain('No queue of AWS Batch is known for start, end.')
    expect(stderr).toContain('/tmp/here is on this machine. Give one on S3')
  })

  it.each<[string, { env?: NodeJS.ProcessEnv; args?: readonly string[] }, RegExp]>([
    [
      'a queue that does not exist',
      { env: { MILLRACE_BATCH_QUEUE: 'nowhere' } },
      /Could not find the queue nowhere in us-east-1\. There are millrace, closed, full\./,
    ],
    [
      'a queue that is disabled',
      { env: { MILLRACE_BATCH_QUEUE: 'closed' } },
      /Could not use the queue closed: it is disabled, .* --job-queue closed --state ENABLED/,
    ],
    [
      'what the queue does not have',
      { args: ['--with', 'batch:ephemeralStorage=50'] },
      /ephemeralStorage cannot be had on EC2: the disk belongs to the instance\./,
    ],
  ])('%s, before the run begins', async (_what, { env = {}, args = [] }, says) => {
    const own = bed()
    const { code, stderr } = await own.start('fan', [...fan, ...args], { env }).finished
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
    expect(stderr.match(/^error: /gm)).toHaveLength(1)
    for await (const { key } of own.store.list('Fan/runs')) throw new Error(`a run was made: ${key}`)
  })

  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      'a role that may do nothing',
      { MILLRACE_BATCH_JOB_ROLE: deniedRole },
      /could not begin.* It wrote: .*: S3 answered 403 AccessDenied\. Let the job's role read it/,
    ],
    [
      'a role that may only read',
      { MILLRACE_BATCH_JOB_ROLE: readerRole },
      /could not begin.* It wrote: Could not store .*: the credentials may not do this\. .*role\/reader is not authorized/,
    ],
    ['no role at all', { MILLRACE_BATCH_JOB_ROLE: '' }, /It wrote: .*there are no AWS keys in this container .*MILLRACE_BATCH_JOB_ROLE/],
    [
      'an image that is not there',
      { MILLRACE_BATCH_IMAGE: 'no-such-image' },
      /the image no-such-image was not found: .*Look at its name and tag/,
    ],
    ['an image without Node', { MILLRACE_BATCH_IMAGE: 'debian:12' }, /not in the image: .*exec: "node": .*needs Node 22 or newer/],
  ])('%s', async (_what, env, says) => {
    const own = bed()
    await expectOneFailure(own, await own.start('fan', fan, { env }).finished, says)
  })

  it('no capacity after --max-queue-time, and more than any machine has, in the words of AWS Batch', async () => {
    const own = bed()
    const [full, large] = await Promise.all([
      own.start('fan', ['run', '--width', '200', '--max-queue-time', '2s'], { env: { MILLRACE_BATCH_QUEUE: 'full' } }).finished,
      bed().run('two', 'run', '--with', 'batch:cpu=1000,memory=1024', '--max-queue-time', '2s'),
    ])
    await expectOneFailure(
      own,
      full,
      /waited in its queue for 2 s\. AWS Batch says: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY.* Give it more time/,
    )
    expect(large.stderr).toMatch(/AWS Batch says: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT.* Ask for less cpu/)
  })
})

/** All that AWS Batch and CloudWatch Logs have been told, as it lies on the disk of the stack. */
const toldToBatch = (): string =>
  ['batch', 'logs']
    .map((part) => join(folder, 'stack', part))
    .flatMap((path) => readdirSync(path, { recursive: true, withFileTypes: true }))
    .map((entry) => (entry.isFile() ? readFileSync(join(entry.parentPath, entry.name), 'latin1') : ''))
    .join('\n')

it('the environment of a step may be longer than AWS Batch takes, and no secret is in a job, its definition, its log or an error', async () => {
  const own = bed()
  const secret = 'a-secret-of-the-step'
  const long = 'x'.repeat(10_000)
  const environment = ['--with', `environment:TOKEN=${secret},LONG=${long}`]
  const done = await own.run('two', 'run', ...batch, ...environment)
  expect(done.code, done.stderr).toBe(0)
  const failed = await own.run('trouble', 'run', ...batch, ...environment, '--how', 'throw', '--max-workers', '1')
  expect(failed.code).toBe(1)
  const told = toldToBatch()
  expect(told).toContain('MILLRACE_WORKER')
  const output = [done, failed].map(({ stdout, stderr }) => stdout + stderr).join('\n')
  for (const hidden of [secret, long, stack.env.AWS_SECRET_ACCESS_KEY]) {
    expect(told.includes(hidden)).toBe(false)
    expect(output.includes(hidden)).toBe(false)
  }
}, 120_000)
