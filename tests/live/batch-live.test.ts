import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BatchExecutor, flowJobParameters, type JobSnapshot } from '@millrace/batch-executor'
import { describe, expect, test } from 'vitest'

/**
 * A real account, or whatever the environment leads to, is used only where it is asked for:
 * `BATCH_LIVE=1 MILLRACE_DATASTORE_ROOT=s3://... MILLRACE_BATCH_QUEUE=... MILLRACE_BATCH_JOB_ROLE=... vitest run tests/live`.
 * It runs about ten small jobs, and writes what happened to `BATCH_LIVE_TRACE`, by default a file in `.millrace-live`.
 */
const live = process.env.BATCH_LIVE === '1'
const { MILLRACE_BATCH_QUEUE: queue = '', MILLRACE_BATCH_JOB_ROLE: jobRole, MILLRACE_BATCH_EXECUTION_ROLE: executionRole } = process.env
const rootFolder = fileURLToPath(new URL('../..', import.meta.url))
const patienceMs = 30 * 60_000

interface TraceLine {
  readonly at: string
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** Everything that a command writes, with the time at which it came. */
function record(args: readonly string[]): Promise<{ readonly code: number | null; readonly lines: readonly TraceLine[] }> {
  const lines: TraceLine[] = []
  const child = spawn(process.execPath, args, { cwd: rootFolder, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of ['stdout', 'stderr'] as const) {
    let rest = ''
    child[stream].setEncoding('utf8').on('data', (part: string) => {
      const all = (rest + part).split('\n')
      rest = all.pop() ?? ''
      for (const text of all) lines.push({ at: new Date().toISOString(), stream, text })
    })
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, lines })))
}

describe.skipIf(!live)('on the account that the environment leads to', () => {
  test('a job runs, and says what it was', { timeout: patienceMs }, async () => {
    await using batch = new BatchExecutor({
      queue,
      ...(jobRole === undefined ? {} : { jobRole }),
      ...(executionRole === undefined ? {} : { executionRole }),
    })
    const fargate = (await batch.queueFacts()).platform === 'FARGATE'
    const job = await batch.submit({ name: 'live', command: ['node', '-e', 'console.log(6 * 7)'], cpu: fargate ? 0.25 : 1, memory: 512 })
    expect(await job.wait({ maxQueueTime: '20m' })).toMatchObject({ status: 'succeeded', exitCode: 0 })
    const lines: string[] = []
    for await (const { text } of job.logs()) lines.push(text)
    expect(lines).toEqual(['42'])
  })

  test('big-sum runs with --with batch, and its trace is kept', { timeout: patienceMs }, async () => {
    const startedAt = new Date()
    const args = ['examples/big-sum/big-sum.ts', 'run', '--with', 'batch', '--max-queue-time', '20m']
    const { code, lines } = await record(args)
    await using batch = new BatchExecutor({ queue })
    const run = lines.map(({ text }) => /\[(\d+)\//.exec(text)?.[1]).find((number) => number !== undefined) ?? ''
    const ids: string[] = []
    const all = ['submitted', 'pending', 'runnable', 'starting', 'running', 'succeeded', 'failed'] as const
    for await (const { id } of batch.list({
      namePrefix: `BigSum-${run}-`,
      status: all,
      parameters: flowJobParameters({ flow: 'BigSum', run }),
    }))
      ids.push(id)
    const jobs: readonly JobSnapshot[] = await batch.describe(ids)
    const folder = join(rootFolder, '.millrace-live')
    const path = process.env.BATCH_LIVE_TRACE ?? join(folder, `big-sum-${startedAt.toISOString().replaceAll(':', '-')}.json`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, `${JSON.stringify({ command: args, startedAt, code, lines, jobs }, null, 2)}\n`)
    expect(code, `the trace is in ${path}`).toBe(0)
    expect(jobs.length).toBeGreaterThan(0)
    expect(jobs.filter(({ status }) => status !== 'succeeded' && status !== 'failed')).toEqual([])
  })
})
