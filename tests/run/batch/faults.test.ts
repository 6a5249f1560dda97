import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRun, writeRun } from '@millrace/artifact-store'
import { BatchExecutor, flowJobName, flowJobParameters } from '@millrace/batch-executor'
import { type BatchOptions, type Devstack, startDevstack } from '@millrace/devstack'
import { describe, expect, it, type TestContext, vi } from 'vitest'
import type { Finished } from '../run-command.ts'
import { BatchBed } from './batch-bed.fixture.ts'
import { StackProcess } from './stack-process.fixture.ts'

const width = 200
const total = (width * (width - 1) * (2 * width - 1)) / 6
const wide = ['run', '--width', String(width), '--max-workers', '2']
const patience = { timeout: 60_000, interval: 50 }

interface Scene {
  readonly bed: BatchBed
  readonly stack: Devstack
  readonly gate: Gate
}

/** Where the task in the middle waits until it is opened. */
interface Gate {
  readonly path: string
  open(): void
}

/** A folder of a test, and a gate in it that is shut. */
function openFolder({ onTestFinished }: TestContext): { readonly folder: string; readonly gate: Gate } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-trouble-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'gate')
  writeFileSync(path, '')
  return { folder, gate: { path, open: () => rmSync(path, { force: true }) } }
}

/** A stack that no other test has: faults and counts are its own. */
async function openScene(context: TestContext, batch: BatchOptions = {}): Promise<Scene> {
  const { folder, gate } = openFolder(context)
  const stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['runs'], batch })
  context.onTestFinished(() => stack.close())
  return { bed: new BatchBed(stack.env), stack, gate }
}

/** What must be true in the end, whatever has happened. */
async function expectRight(bed: BatchBed, { code, stdout, stderr }: Finished, run = '1'): Promise<void> {
  expect(code, stderr).toBe(0)
  expect(stdout).toContain(`The total is ${total}.`)
  const records = await bed.attempts({ flow: 'Fan', run }, 'work')
  const done = records.filter(({ status }) => status === 'succeeded')
  expect(done).toHaveLength(width)
  expect(new Set(done.map(({ task }) => task)).size).toBe(width)
  await expectQuiet(bed)
}

/** No job and no process is left. */
async function expectQuiet(bed: BatchBed): Promise<void> {
  await vi.waitFor(async () => expect([...(await bed.jobsLeft()), ...bed.processesLeft()]).toEqual([]), patience)
}

describe.concurrent('a foreach of 200 on AWS Batch', { timeout: 300_000 }, () => {
  it('that is interrupted while containers are slow to end waits 35 s for them and names what is left, as batch kill does', async (context) => {
    const { bed, stack, gate } = await openScene(context, { queues: [{ name: 'millrace' }, { name: 'full', hosts: 0 }] })
    const run = bed.start('fan', [...wide, '--gate', gate.path])
    await run.seen(/waits at the gate/)
    await stack.faults.batch({ stopDelayMs: 600_000 })
    const [id] = (await bed.jobsLeft()).map((left) => left.split(' ')[0])
    // As long as it stands still, a worker cannot see that its run was interrupted, and end by itself.
    bed.signalProcesses('SIGSTOP')
    const job = { flow: 'Fan', run: '1', step: 'work', user: 'tester' }
    await using executor = new BatchExecutor({ queue: 'full', endpoint: stack.batch.url, cacheFolder: false })
    await executor.submit({ name: flowJobName(job), parameters: flowJobParameters(job), command: ['node'] })
    run.child.kill('SIGINT')
    await vi.waitFor(() => expect(stack.batch.requests.counts.TerminateJob).toBe(1), patience)
    const killed = await bed.run('fan', 'batch', 'kill', '--queue', 'millrace', '--queue', 'full')
    const interrupted = await run.finished
    expect([killed.code, killed.stdout, killed.stderr]).toEqual([
      1,
      'Ended 1 job of run 1.\n',
      expect.stringMatching(`Not ended yet: 1/work, job ${id}, which was told to and is still `),
    ])
    expect(interrupted.code).toBe(130)
    expect(interrupted.stderr).toMatch(`Waiting for the job ${id} to end, for at most 35 s.`)
    expect(interrupted.stderr).toMatch(`The job ${id} may still be running. It was told to end, and has not after 35 s.`)
    expect(stack.batch.requests.counts).toMatchObject({ TerminateJob: 1, TerminateJobs: 1 })
    gate.open()
    bed.signalProcesses('SIGCONT')
    await expectQuiet(bed)
    await stack.faults.clear()
    await expectRight(bed, await bed.run('fan', 'resume', '--max-workers', '2'), '2')
  })

  it('whose scheduler is killed ends by itself, and resume finishes it', async (context) => {
    const { bed, gate } = await openScene(context)
    const run = bed.start('fan', [...wide, '--gate', gate.path])
    await run.seen(/waits at the gate/)
    run.child.kill('SIGKILL')
    expect((await run.finished).signal).toBe('SIGKILL')
    expect(await bed.jobsLeft()).toHaveLength(1)
    // As its record is when this has been so for 21 minutes.
    const record = await readRun(bed.store, { flow: 'Fan', run: '1' })
    if (!record) throw new Error('the run has no record')
    expect(record.status).toBe('running')
    await writeRun(bed.store, { ...record, heartbeatAt: new Date(Date.now() - 21 * 60_000).toISOString() })
    await expectQuiet(bed)
    gate.open()
    const resumed = await bed.run('fan', 'resume', '--max-workers', '2')
    await expectRight(bed, resumed, '2')
  })

  it('goes on when AWS Batch and S3 are killed and come back', async (context) => {
    const { folder, gate } = openFolder(context)
    let stack = await StackProcess.start(folder)
    context.onTestFinished(() => stack.end('SIGTERM'))
    const bed = new BatchBed(stack.env)
    const run = bed.start('fan', [...wide, '--gate', gate.path])
    await run.seen(/waits at the gate/)
    await stack.end('SIGKILL')
    gate.open()
    stack = await StackProcess.start(folder, { port: stack.port })
    await expectRight(bed, await run.finished)
  })

  it('bears a storm of 429', async (context) => {
    const { bed, stack } = await openScene(context)
    await stack.faults.batch({ requests: { rate: 1, kinds: ['429'], times: 4 }, requestsPerSecond: 1 })
    await expectRight(bed, await bed.run('fan', ...wide))
    expect(stack.batch.requests.counts.DescribeJobQueues).toBeGreaterThan(4)
  })

  it('bears a submission whose answer is lost: its job is found, and there is no second one', async (context) => {
    const { bed, stack } = await openScene(context)
    await stack.faults.batch({ requests: { rate: 1, kinds: ['lost-answer'], operations: ['SubmitJob'], times: 1 } })
    await expectRight(bed, await bed.run('fan', ...wide))
    expect(stack.batch.requests.counts.SubmitJob).toBe(1)
  })

  it('bears that AWS Batch does not know its job at first', async (context) => {
    const { bed, stack, gate } = await openScene(context)
    await stack.faults.batch({ unknownAtFirst: 2 })
    const run = bed.start('fan', [...wide, '--gate', gate.path])
    await run.seen(/waits at the gate/)
    // AWS Batch is asked only of a job that takes its time.
    await vi.waitFor(() => expect(stack.batch.requests.counts.DescribeJobs).toBeGreaterThan(2), patience)
    gate.open()
    await expectRight(bed, await run.finished)
  })

  it('bears that the machine of its workers is taken away', async (context) => {
    const { bed, stack, gate } = await openScene(context)
    const run = bed.start('fan', [...wide, '--gate', gate.path])
    await run.seen(/waits at the gate/)
    expect(stack.batch.loseHost().length).toBeGreaterThan(0)
    gate.open()
    await expectRight(bed, await run.finished)
    expect(stack.batch.requests.counts.SubmitJob).toBe(1)
  })

  it('bears that its image cannot be pulled at first', async (context) => {
    const { bed, stack } = await openScene(context)
    await stack.faults.batch({ pull: { rate: 1, times: 3 } })
    await expectRight(bed, await bed.run('fan', ...wide))
    expect(stack.batch.requests.counts.SubmitJob).toBe(1)
  })

  it('bears all of it at once', async (context) => {
    const { bed, stack, gate } = await openScene(context)
    await stack.faults.s3({ rate: 0.05, kinds: ['503', 'reset', 'truncate', 'lost-answer'] })
    await stack.faults.batch({
      requests: { rate: 0.3, kinds: ['429', '500', 'reset', 'truncate', 'lost-answer'] },
      unknownAtFirst: 1,
      pull: { rate: 1, times: 1 },
      stopDelayMs: 2_000,
    })
    const run = bed.start('fan', [...wide, '--gate', gate.path])
    await run.seen(/waits at the gate/)
    expect(stack.batch.loseHost().length).toBeGreaterThan(0)
    gate.open()
    await expectRight(bed, await run.finished)
  })
})
