import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchExecutor, type Job, type JobOptions } from '@millrace/batch-executor'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BatchBed } from './batch-bed.fixture.ts'
import { makeNodeImage } from './container-image.fixture.ts'
import { StackProcess } from './stack-process.fixture.ts'

const engine = process.env.MILLRACE_CONTAINERS as 'docker' | 'podman' | undefined
const image = 'millrace.test/node:24'
const name = engine ? `in containers of ${engine}` : 'in containers (set MILLRACE_CONTAINERS to podman or docker where that runs)'

describe.skipIf(!engine)(`jobs ${name}`, { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-containers-'))
  let stack: Devstack
  let bed: BatchBed
  let executor: BatchExecutor
  const program = (code: string, options: Partial<JobOptions> = {}): Promise<Job> =>
    executor.submit({ name: 'job', memory: 256, command: ['node', '-e', code], ...options })
  const linesOf = async (job: Job): Promise<string[]> => {
    const lines: string[] = []
    for await (const { text } of job.logs()) lines.push(text)
    return lines
  }
  const containers = (): string =>
    execFileSync(engine ?? '', ['ps', '--all', '--quiet', '--filter', 'name=millrace-'], { encoding: 'utf8' })

  beforeAll(async () => {
    await makeNodeImage(engine ?? '', image)
    stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['runs'], batch: { executor: engine ?? 'process' } })
    bed = new BatchBed(stack.env)
    executor = new BatchExecutor({ queue: 'millrace', image, endpoint: stack.batch.url, cacheFolder: false, pollIntervalMs: 100 })
  }, 180_000)
  afterAll(async () => {
    await executor.close()
    await stack.close()
    execFileSync(engine ?? '', ['rmi', '--force', image])
    rmSync(folder, { recursive: true, force: true })
  })

  it('see their image and not this machine, what they are told, and the memory that they asked for', async () => {
    const code = `const fs = require('node:fs')
      console.log(fs.existsSync(${JSON.stringify(process.cwd())}), process.env.GREETING, process.env.AWS_BATCH_JOB_ATTEMPT)
      console.error(process.constrainedMemory() / 2 ** 20); process.exitCode = 3`
    const job = await program(code, { env: { GREETING: 'two words,\nand a line' } })
    expect(await job.wait()).toMatchObject({ status: 'failed', failure: { kind: 'exited', exitCode: 3 } })
    expect((await linesOf(job)).toSorted()).toEqual(['256', 'and a line 1', 'false two words,'])
  })

  it('are killed for more memory than that, and the reason says so', async () => {
    const job = await program('const all = []; for (;;) all.push(Buffer.alloc(8e6, 1))')
    expect(await job.wait()).toMatchObject({ status: 'failed', failure: { kind: 'out-of-memory', exitCode: 137 } })
  })

  it('are told to end and may still say something', async () => {
    const job = await program(
      `process.on('SIGTERM', () => { console.log('goes'); process.exit(0) }); console.log('is here'); setInterval(() => {}, 1000)`,
    )
    for await (const { text } of job.logs()) {
      if (text === 'is here') expect((await job.terminate('enough')).ended).toEqual([job.id])
    }
    expect(await linesOf(job)).toEqual(['is here', 'goes'])
    expect(await job.wait()).toMatchObject({ failure: { kind: 'cancelled' } })
  })

  it('of an image that is not there, or without their program, say so', async () => {
    const [unknown, without] = await Promise.all([
      program('0', { image: 'localhost:9/none:1', retry: 0 }),
      executor.submit({ name: 'job', memory: 256, command: ['no-such-program'] }),
    ])
    expect((await unknown.wait()).failure?.message).toMatch(/localhost:9\/none:1/)
    expect(await without.wait()).toMatchObject({ status: 'failed' })
    expect((await linesOf(without)).join()).toContain('No such file')
  })

  it('are the workers of a flow, which runs as it does elsewhere', async () => {
    const { code, stdout, stderr } = await bed.run(
      'wide',
      'run',
      '--with',
      `batch:memory=512,image=${image}`,
      '--width',
      '20',
      '--max-workers',
      '2',
    )
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('The total is 2470.')
    await expect.poll(containers, { timeout: 20_000 }).toBe('')
  })

  it('that a killed stack has left are gone when it comes back', async () => {
    const dir = join(folder, 'killed')
    let other = await StackProcess.start(dir, { executor: engine ?? '' })
    await using there = new BatchExecutor({
      queue: 'millrace',
      image,
      endpoint: other.env.AWS_ENDPOINT_URL_BATCH,
      cacheFolder: false,
      pollIntervalMs: 100,
    })
    const job = await there.submit({ name: 'left', memory: 256, command: ['node', '-e', 'setInterval(() => {}, 1000)'], retry: 0 })
    for await (const { status } of job.changes()) if (status === 'running') break
    await other.end('SIGKILL')
    expect(containers()).not.toBe('')
    other = await StackProcess.start(dir, { executor: engine ?? '', port: other.port })
    expect(containers()).toBe('')
    expect(await job.wait()).toMatchObject({ failure: { kind: 'host-lost' } })
    await other.end('SIGTERM')
  })
})
