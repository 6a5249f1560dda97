import { readdirSync, readFileSync } from 'node:fs'
import { listTasks, readRun } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import { openBucket } from '../s3/bucket.fixture.ts'

const { stack, bed } = await openBucket()
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

  it('lives through faults of S3', async () => {
    const own = bed()
    await stack.faults.s3({ rate: 0.1, kinds: ['503', 'reset', 'truncate', 'lost-answer'] })
    const { code, stdout, stderr } = await own.run('wide', 'run', ...batch, '--width', '12', '--max-workers', '2')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('The total is 506.')
  })

  it('that fails says which task, why and where, and keeps what the task wrote', async () => {
    const own = bed()
    const failed = await own.run('trouble', 'run', ...batch, '--how', 'throw', '--max-workers', '2')
    expect(failed.code, failed.stderr).toBe(1)
    expect(failed.stderr).toContain('two is too many')
    expect(failed.stderr).toMatch(/trouble\.ts:\d+/)
    const tasks = await listTasks(own.store, 'Trouble', '1', 'work')
    const bad = tasks.find(({ status }) => status === 'failed')
    expect((await own.run('trouble', 'logs', `1/work/${bad?.task}`)).stdout).toContain('working on 1')
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

describe('what is missing is told before a run begins, or with its reason', { timeout: 120_000 }, () => {
  it('a datastore on this machine, and a queue that nobody has named', async () => {
    const { code, stderr } = await bed().start('two', ['run', '--with', 'batch', '--datastore-root', '/tmp/here'], {
      env: { MILLRACE_BATCH_QUEUE: '' },
    }).finished
    expect(code).toBe(2)
    expect(stderr).toContain('No queue of AWS Batch is known for start, end.')
    expect(stderr).toContain('/tmp/here is on this machine. Give one on S3')
  })

  it('a queue that does not exist', async () => {
    const { code, stderr } = await bed().run('two', 'run', '--with', 'batch:queue=nowhere')
    expect(code).toBe(1)
    expect(stderr).toMatch(/Could not find the queue nowhere in us-east-1\. .*millrace/)
  })

  it('more than the machines of the queue have, after --max-queue-time', async () => {
    const { code, stderr } = await bed().run('two', 'run', '--with', 'batch:cpu=1000,memory=1024', '--max-queue-time', '3s')
    expect(code).toBe(1)
    expect(stderr).toMatch(/waited in its queue for 3 s\. AWS Batch (?:says: MISCONFIGURATION|gives no reason)|MISCONFIGURATION/)
  })

  it('keys for the job: the container says itself what it could not read', async () => {
    const { code, stderr } = await bed().start('two', ['run', '--with', 'batch:memory=512'], { env: { MILLRACE_BATCH_JOB_ROLE: '' } })
      .finished
    expect(code).toBe(1)
    expect(stderr).toContain('there are no AWS keys in this container')
    expect(stderr).not.toContain(process.env.AWS_SECRET_ACCESS_KEY)
  })

  it('an image without Node, or none at all', async () => {
    const { code, stderr } = await bed().run('two', 'run', '--with', 'batch:image=no-such-image')
    expect(code).toBe(1)
    expect(stderr).toContain('no-such-image')
  })
})
