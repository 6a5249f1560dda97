import { describe, expect, test } from 'vitest'
import { readProcess } from '../../executors/process-table.ts'
import { createClient, failure, sharedStack, startStack, textOf } from '../stack.fixture.ts'
import { createBatchClient, createLogsClient, ended, jobOf, linesOf, reach, submit } from './batch-stack.fixture.ts'

const shared = sharedStack()
const patience = { timeout: 20_000, interval: 20 }

describe('a job', () => {
  test('runs its command, tells its life, and leaves its lines in a stream that its definition names', async () => {
    const batch = createBatchClient(shared.stack)
    const id = await submit(batch, `console.log('hello'); console.error('from stderr'); console.log('  last')`, {
      definition: { jobDefinitionName: 'greeting' },
    })
    const job = await ended(batch, id)
    expect(job).toMatchObject({
      jobName: 'job',
      status: 'SUCCEEDED',
      statusReason: 'Essential container in task exited',
      jobQueue: 'arn:aws:batch:us-east-1:000000000000:job-queue/millrace',
      jobDefinition: 'arn:aws:batch:us-east-1:000000000000:job-definition/greeting:1',
      container: { exitCode: 0, image: 'node:24-slim', logStreamName: expect.stringMatching(/^greeting\/default\/[0-9a-f]{32}$/) },
      attempts: [{ container: { exitCode: 0 }, statusReason: 'Essential container in task exited' }],
    })
    const { createdAt = 0, startedAt = 0, stoppedAt = 0 } = job
    expect(createdAt <= startedAt && startedAt <= stoppedAt).toBe(true)
    expect((await linesOf(createLogsClient(shared.stack), job)).toSorted()).toEqual(['  last', 'from stderr', 'hello'])
  })

  test('that exits with another code has failed with it', async () => {
    const batch = createBatchClient(shared.stack)
    const job = await ended(batch, await submit(batch, 'process.exit(3)'))
    expect(job).toMatchObject({ status: 'FAILED', statusReason: 'Essential container in task exited', container: { exitCode: 3 } })
    const thrown = await ended(batch, await submit(batch, 'throw new Error("x")'))
    expect(thrown.container?.exitCode).toBe(1)
  })

  test('gets its environment from nothing: what AWS gives, and what definition and submission say', async () => {
    const batch = createBatchClient(shared.stack)
    process.env.MILLRACE_TEST_SECRET = 'of the stack'
    const id = await submit(batch, 'console.log(JSON.stringify(process.env))', {
      definition: {
        containerProperties: {
          environment: [
            { name: 'A', value: 'definition' },
            { name: 'B', value: 'definition' },
          ],
        },
      },
      containerOverrides: { environment: [{ name: 'B', value: 'submission' }] },
    })
    const [line = ''] = await linesOf(createLogsClient(shared.stack), await ended(batch, id))
    const env = JSON.parse(line) as Record<string, string>
    const url = shared.stack.batch.url
    expect(env).toMatchObject({
      A: 'definition',
      B: 'submission',
      AWS_BATCH_JOB_ID: id,
      AWS_BATCH_JOB_ATTEMPT: '1',
      AWS_BATCH_JQ_NAME: 'millrace',
      AWS_BATCH_CE_NAME: 'millrace-environment',
      AWS_EXECUTION_ENV: 'AWS_ECS_EC2',
      AWS_ENDPOINT_URL_S3: url,
      AWS_ENDPOINT_URL_BATCH: url,
    })
    expect(env.MILLRACE_TEST_SECRET).toBeUndefined()
    expect(env.AWS_ACCESS_KEY_ID).toBeUndefined()
    expect(env.AWS_CONTAINER_CREDENTIALS_FULL_URI).toBeUndefined()
  })

  test('with a role reaches S3 with keys of its own, which are no longer given when it has ended', async () => {
    const batch = createBatchClient(shared.stack)
    const Bucket = await shared.bucket()
    const sdk = import.meta.resolve('@aws-sdk/client-s3')
    const id = await submit(
      batch,
      `import(${JSON.stringify(sdk)}).then(async ({ S3 }) => {
        await new S3({}).putObject({ Bucket: '${Bucket}', Key: 'k', Body: 'from a job' })
        const answer = await fetch(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, { headers: { authorization: 'another' } })
        console.log(answer.status, process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN)
        const metadata = await (await fetch(process.env.ECS_CONTAINER_METADATA_URI_V4)).json()
        console.log(metadata.LogOptions['awslogs-stream'])
      })`,
      { definition: { containerProperties: { jobRoleArn: shared.stack.env.MILLRACE_BATCH_JOB_ROLE } } },
    )
    const job = await ended(batch, id)
    const lines = await linesOf(createLogsClient(shared.stack), job)
    expect(job.status, lines.join('\n')).toBe('SUCCEEDED')
    expect(await textOf(shared.client.getObject({ Bucket, Key: 'k' }))).toBe('from a job')
    const [status, url = '', authorization = ''] = lines[0]?.split(' ') ?? []
    expect(status).toBe('403')
    expect((await fetch(url, { headers: { authorization } })).status).toBe(403)
    expect(lines[1]).toBe(job.container?.logStreamName)
  })

  test('gets new keys when its keys are about to expire; a role gets done what it may', async () => {
    const denied = 'arn:aws:iam::000000000000:role/denied'
    const reader = 'arn:aws:iam::000000000000:role/reader'
    let now = Date.now()
    const stack = await startStack({
      now: () => now,
      batch: { credentialsLifetimeMs: 60_000, deniedRoles: [denied], readOnlyRoles: [reader] },
    })
    const batch = createBatchClient(stack)
    const keysOf = `(async () => {
      const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization } = process.env
      console.log(JSON.stringify(await (await fetch(url, { headers: { authorization } })).json()))
    })()`
    const answers: string[] = []
    for (const jobRoleArn of [stack.env.MILLRACE_BATCH_JOB_ROLE, denied, reader]) {
      const job = await ended(batch, await submit(batch, keysOf, { definition: { containerProperties: { jobRoleArn } } }))
      const [line = ''] = await linesOf(createLogsClient(stack), job)
      const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, RoleArn, Expiration } = JSON.parse(line)
      expect([RoleArn, Math.round((Date.parse(Expiration) - now) / 10_000)]).toEqual([jobRoleArn, 6])
      const credentials = { accessKeyId, secretAccessKey, sessionToken }
      const ask = async () => {
        answers.push(await failure(createClient(stack, { credentials }).listBuckets()))
        answers.push(await failure(createBatchClient(stack, { credentials }).listJobs({ jobQueue: 'millrace' })))
        if (jobRoleArn === reader) answers.push(await failure(createClient(stack, { credentials }).createBucket({ Bucket: 'mine' })))
      }
      await ask()
      if (jobRoleArn !== stack.env.MILLRACE_BATCH_JOB_ROLE) continue
      now += 60_001
      await ask()
      now -= 60_001
    }
    expect(answers).toEqual([
      'no failure',
      'no failure',
      '400 ExpiredToken',
      '403 ExpiredTokenException',
      '403 AccessDenied',
      '403 AccessDeniedException',
      'no failure',
      'no failure',
      '403 AccessDenied',
    ])
  })

  test('whose image is not Node, or whose program does not exist, fails before it starts', async () => {
    const batch = createBatchClient(shared.stack)
    const image = await ended(batch, await submit(batch, '0', { definition: { containerProperties: { image: 'nowhere.example/none:1' } } }))
    expect(image).toMatchObject({ status: 'FAILED', statusReason: 'Task failed to start' })
    expect(image.container?.reason).toMatch(/^CannotPullContainerError: /)
    expect(image.container?.exitCode).toBeUndefined()
    const program = await ended(batch, await submit(batch, '0', { containerOverrides: { command: ['no-such-program'] } }))
    expect(program.container?.reason).toMatch(/^CannotStartContainerError: .*"no-such-program": executable file not found in \$PATH/)
  })

  test('that takes more memory than it asked for is killed, and says so', async () => {
    const batch = createBatchClient(shared.stack)
    const id = await submit(batch, 'const kept = []; setInterval(() => kept.push(Buffer.alloc(20_000_000, 1)), 10)', {
      containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: '128' }] },
    })
    expect(await ended(batch, id)).toMatchObject({
      status: 'FAILED',
      statusReason: 'Essential container in task exited',
      container: { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    })
  })

  test('whose child takes too much loses the child, and can tell', async () => {
    const batch = createBatchClient(shared.stack)
    const child = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(20_000_000, 1)), 10)'
    const id = await submit(
      batch,
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]).on('exit', (code, signal) => { console.log(signal); process.exit(5) })`,
      { containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: '160' }] } },
    )
    const job = await ended(batch, id)
    expect(job.container).toMatchObject({ exitCode: 5, reason: 'OutOfMemoryError: Container killed due to memory usage' })
    expect(await linesOf(createLogsClient(shared.stack), job)).toEqual(['SIGKILL'])
  })

  test('that is terminated gets SIGTERM, and has failed with the reason that was given', async () => {
    const batch = createBatchClient(shared.stack)
    const id = await submit(
      batch,
      `process.on('SIGTERM', () => { console.log('told'); process.exit(0) }); console.log('up'); setInterval(() => {}, 1000)`,
    )
    const running = await reach(batch, id, 'RUNNING')
    const logs = createLogsClient(shared.stack)
    await expect.poll(() => linesOf(logs, running), patience).toEqual(['up'])
    await batch.cancelJob({ jobId: id, reason: 'nothing happens to a job that runs' })
    await batch.terminateJob({ jobId: id, reason: 'not needed' })
    const job = await ended(batch, id)
    expect(job).toMatchObject({ status: 'FAILED', statusReason: 'not needed', isTerminated: true, isCancelled: false })
    expect(await linesOf(logs, job)).toEqual(['up', 'told'])
  })
})

describe('an array', () => {
  test('runs a child for each index; its parent counts them and has failed when one has', async () => {
    const batch = createBatchClient(shared.stack)
    const id = await submit(
      batch,
      `console.log(process.env.AWS_BATCH_JOB_ARRAY_INDEX, process.env.AWS_BATCH_JOB_ARRAY_SIZE, process.env.AWS_BATCH_JOB_ID)
       process.exit(process.env.AWS_BATCH_JOB_ARRAY_INDEX === '2' ? 1 : 0)`,
      { arrayProperties: { size: 4 } },
    )
    const parent = await ended(batch, id)
    expect(parent).toMatchObject({ status: 'FAILED', arrayProperties: { size: 4, statusSummary: { SUCCEEDED: 3, FAILED: 1, RUNNING: 0 } } })
    const { jobSummaryList: failed = [] } = await batch.listJobs({ arrayJobId: id, jobStatus: 'FAILED' })
    expect(failed).toMatchObject([{ jobId: `${id}:2`, arrayProperties: { index: 2 }, container: { exitCode: 1 } }])
    const child = await jobOf(batch, `${id}:3`)
    expect(child).toMatchObject({ status: 'SUCCEEDED', arrayProperties: { index: 3 } })
    expect(await linesOf(createLogsClient(shared.stack), child)).toEqual([`3 4 ${id}:3`])
  })

  test('of 10,000 is one submission, and one call ends all of it', async () => {
    const stack = await startStack({ batch: { queues: [{ name: 'millrace', hosts: 1, vcpusPerHost: 2 }] } })
    const batch = createBatchClient(stack)
    const id = await submit(batch, 'setInterval(() => {}, 1000)', { arrayProperties: { size: 10_000 } })
    await expect
      .poll(async () => (await jobOf(batch, id)).arrayProperties?.statusSummary, patience)
      .toMatchObject({ RUNNABLE: 9_998, RUNNING: 2 })
    await batch.terminateJob({ jobId: id, reason: 'enough' })
    const parent = await ended(batch, id)
    expect(parent).toMatchObject({ status: 'FAILED', statusReason: 'enough', arrayProperties: { statusSummary: { FAILED: 10_000 } } })
  })
})

describe('what a job starts', () => {
  test('ends with it, and with the stack', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    const logs = createLogsClient(stack)
    const spawning = (rest: string) =>
      `const { spawn } = require('node:child_process')
       const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
       const stray = spawn('sleep', ['1000'], { stdio: 'inherit', detached: true })
       console.log(child.pid, stray.pid); ${rest}`
    const pidsOf = async (id: string) => {
      const job = await reach(batch, id, 'RUNNING', 'SUCCEEDED')
      await expect.poll(async () => (await linesOf(logs, job)).length, patience).toBe(1)
      return (await linesOf(logs, job))[0]?.split(' ').map(Number) ?? []
    }
    const done = await submit(batch, spawning('child.unref(); stray.unref(); process.exit(0)'))
    const pids = await pidsOf(done)
    await ended(batch, done)
    await expect.poll(() => pids.filter(isAlive), patience).toEqual([])
    const left = await pidsOf(await submit(batch, spawning('setInterval(() => {}, 1000)')))
    expect(left.filter(isAlive)).toHaveLength(2)
    await stack.close()
    await expect.poll(() => left.filter(isAlive), patience).toEqual([])
  })
})

/** A zombie, which nobody looks for in some containers, does not live. */
function isAlive(pid: number): boolean {
  const state = readProcess(pid)?.state
  return state !== undefined && state !== 'Z'
}
