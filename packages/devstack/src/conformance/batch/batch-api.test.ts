import type { Batch, RegisterJobDefinitionRequest, SubmitJobRequest } from '@aws-sdk/client-batch'
import type { GetLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, test } from 'vitest'
import { failure, startStack } from '../stack.fixture.ts'
import { createBatchClient, createLogsClient, ended, jobOf, linesOf, reach, register, submit } from './batch-stack.fixture.ts'

const messageOf = async (request: Promise<unknown>): Promise<string> => {
  const error = await request.then(
    () => undefined,
    (each: unknown) => each as Error,
  )
  return error ? `${error.name}: ${error.message}` : 'no failure'
}
const roomless = {
  queues: [
    { name: 'millrace' },
    { name: 'full', hosts: 0 },
    { name: 'off', enabled: false },
    { name: 'fargate', kind: 'FARGATE' as const },
  ],
}
const startClient = async (): Promise<Batch> => createBatchClient(await startStack({ batch: roomless }))

describe('job definitions', () => {
  test('get a revision for each registration, are found by name, by revision and by ARN, and become inactive', async () => {
    const batch = await startClient()
    const arn = (revision: number) => `arn:aws:batch:us-east-1:000000000000:job-definition/definition:${revision}`
    expect(await register(batch)).toBe(arn(1))
    expect(await register(batch, { retryStrategy: { attempts: 2 }, timeout: { attemptDurationSeconds: 60 }, tags: { a: '1' } })).toBe(
      arn(2),
    )
    const { jobDefinitions: all = [] } = await batch.describeJobDefinitions({ jobDefinitionName: 'definition', status: 'ACTIVE' })
    expect(all.map(({ revision }) => revision)).toEqual([1, 2])
    expect(all[1]).toMatchObject({
      status: 'ACTIVE',
      type: 'container',
      retryStrategy: { attempts: 2 },
      timeout: { attemptDurationSeconds: 60 },
      tags: { a: '1' },
    })
    await batch.deregisterJobDefinition({ jobDefinition: arn(2) })
    const { jobDefinitions: inactive = [] } = await batch.describeJobDefinitions({ status: 'INACTIVE' })
    expect(inactive.map(({ jobDefinitionArn }) => jobDefinitionArn)).toEqual([arn(2)])
    const { jobId = '' } = await batch.submitJob({ jobName: 'j', jobQueue: 'full', jobDefinition: 'definition' })
    expect((await jobOf(batch, jobId)).jobDefinition).toBe(arn(1))
    expect(await messageOf(batch.submitJob({ jobName: 'j', jobQueue: 'full', jobDefinition: 'definition:2' }))).toMatch(
      /^ClientException: Error executing request, Exception : JobDefinition name definition:2 does not exist or is not in ACTIVE status, RequestId: [0-9a-f-]{36}$/,
    )
  })

  test('come in pages', async () => {
    const batch = await startClient()
    for (let count = 0; count < 5; count += 1) await register(batch)
    const revisions: (number | undefined)[] = []
    let nextToken: string | undefined
    do {
      const page = await batch.describeJobDefinitions({ maxResults: 2, nextToken })
      revisions.push(...(page.jobDefinitions ?? []).map(({ revision }) => revision))
      nextToken = page.nextToken
    } while (nextToken)
    expect(revisions).toEqual([1, 2, 3, 4, 5])
  })

  test.each<[string, Partial<RegisterJobDefinitionRequest> & { readonly code?: string }, string]>([
    ['name', { jobDefinitionName: 'a.b' }, 'should match valid pattern'],
    ['size', { code: 'x'.repeat(25_000) }, '24 KiB'],
    ['type', { type: 'multinode' }, 'of type container'],
    ['timeout', { timeout: { attemptDurationSeconds: 59 } }, 'at least 60 seconds'],
    ['attempts', { retryStrategy: { attempts: 11 } }, 'between 1 and 10'],
    ['rules', { retryStrategy: { attempts: 2, evaluateOnExit: Array(6).fill({ onReason: '*', action: 'EXIT' }) } }, 'at most 5'],
    ['rule', { retryStrategy: { attempts: 2, evaluateOnExit: [{ onReason: 'a*b', action: 'EXIT' }] } }, 'should match valid pattern'],
    ['variables', { containerProperties: { environment: [{ name: 'AWS_BATCH_X', value: '' }] } }, 'must not start with AWS_BATCH'],
    ['command', { containerProperties: { command: ['a', ''] } }, 'empty strings'],
    ['memory', { containerProperties: { resourceRequirements: [{ type: 'VCPU', value: '1' }] } }, 'Memory'],
    [
      'Fargate sizes',
      { platformCapabilities: ['FARGATE'], containerProperties: { executionRoleArn: 'arn:aws:iam::000000000000:role/x' } },
      'not supported with 1 vCPU',
    ],
  ])('with a %s that makes no sense are refused', async (_, request, message) => {
    expect(await messageOf(register(await startClient(), request))).toContain(message)
  })
})

describe('a submission', () => {
  test.each<[string, Partial<SubmitJobRequest>, string]>([
    ['name', { jobName: '-a' }, 'Job name should match valid pattern'],
    ['name that is too long', { jobName: 'a'.repeat(129) }, 'Job name should match valid pattern'],
    ['queue', { jobQueue: 'none' }, 'JobQueue none not found.'],
    ['queue that is disabled', { jobQueue: 'off' }, 'DISABLED'],
    ['queue of another platform', { jobQueue: 'fargate' }, 'do not match'],
    ['size of 1', { arrayProperties: { size: 1 } }, 'between 2 and 10000'],
    ['size of 10,001', { arrayProperties: { size: 10_001 } }, 'between 2 and 10000'],
    ['timeout', { timeout: { attemptDurationSeconds: 1 } }, 'at least 60 seconds'],
    ['dependency', { dependsOn: [{ jobId: 'none' }] }, 'does not exist'],
    ['number of dependencies', { dependsOn: Array(21).fill({ jobId: 'x' }) }, 'at most 20'],
    ['number of tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) }, 'at most 50'],
    ['variable', { containerOverrides: { environment: [{ name: 'AWS_BATCH_JOB_ID', value: 'x' }] } }, 'must not start with AWS_BATCH'],
    ['payload', { parameters: { a: 'x'.repeat(31_000) } }, '30 KiB'],
  ])('with a %s that makes no sense is refused', async (_, request, message) => {
    const batch = await startClient()
    const answer = await messageOf(submit(batch, '0', request))
    expect(answer).toMatch(/^ClientException: /)
    expect(answer).toContain(message)
  })

  test('with more than 8,192 characters of overrides is taken, and the job fails when it is placed', async () => {
    const batch = await startClient()
    const id = await submit(batch, '0', { containerOverrides: { environment: [{ name: 'A', value: 'x'.repeat(8_192) }] } })
    expect(await ended(batch, id)).toMatchObject({
      status: 'FAILED',
      statusReason: 'Container Overrides length must be at most 8192',
      attempts: [],
    })
  })

  test('fills the parameters of a command, and its overrides win over the definition', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    const id = await submit(batch, 'console.log(process.argv[1])', {
      definition: {
        parameters: { who: 'definition', other: 'x' },
        containerProperties: { command: ['node', '-e', 'console.log(process.argv[1])', 'Ref::who and Ref::other'] },
      },
      parameters: { who: 'submission' },
      containerOverrides: { resourceRequirements: [{ type: 'MEMORY', value: '256' }] },
    })
    const job = await ended(batch, id)
    expect(await linesOf(createLogsClient(stack), job)).toEqual(['submission and x'])
    expect(job.container?.resourceRequirements).toEqual([
      { type: 'VCPU', value: '1' },
      { type: 'MEMORY', value: '256' },
    ])
  })
})

describe('queues and their environments', () => {
  test('say what they are', async () => {
    const batch = await startClient()
    const { jobQueues: queues = [] } = await batch.describeJobQueues({ jobQueues: ['off', 'fargate', 'none'] })
    expect(queues.map(({ jobQueueName, state, status }) => [jobQueueName, state, status])).toEqual([
      ['off', 'DISABLED', 'VALID'],
      ['fargate', 'ENABLED', 'VALID'],
    ])
    const computeEnvironment = queues[1]?.computeEnvironmentOrder?.[0]?.computeEnvironment ?? ''
    const { computeEnvironments = [] } = await batch.describeComputeEnvironments({ computeEnvironments: [computeEnvironment] })
    expect(computeEnvironments).toMatchObject([{ type: 'MANAGED', computeResources: { type: 'FARGATE', maxvCpus: 64 } }])
    expect((await batch.describeJobQueues({})).jobQueues).toHaveLength(4)
  })

  test('that never get capacity keep jobs RUNNABLE, with a reason, and show who is first', async () => {
    const batch = await startClient()
    const first = await submit(batch, '0', { jobQueue: 'full' })
    const second = await submit(batch, '0', { jobQueue: 'full' })
    expect(await reach(batch, second, 'RUNNABLE')).toMatchObject({
      statusReason: expect.stringMatching(/^CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY/),
    })
    const { frontOfQueue } = await batch.getJobQueueSnapshot({ jobQueue: 'full' })
    expect(frontOfQueue?.jobs?.map(({ jobArn }) => jobArn?.split('/')[1])).toEqual([first, second])
    await batch.cancelJob({ jobId: first, reason: 'no room' })
    expect(await jobOf(batch, first)).toMatchObject({ status: 'FAILED', statusReason: 'no room', isCancelled: true, isTerminated: false })
  })
})

describe('jobs', () => {
  test('are told for up to 100 ids; those that are not known are left out', async () => {
    const batch = await startClient()
    const id = await submit(batch, '0', { jobQueue: 'full' })
    const { jobs = [] } = await batch.describeJobs({ jobs: ['none', id, `${id}:0`] })
    expect(jobs.map(({ jobId }) => jobId)).toEqual([id])
    expect(await messageOf(batch.describeJobs({ jobs: Array(101).fill(id) }))).toContain('Maximum number of jobs supported is 100')
  })

  test('are listed by state, or by a filter whatever their state, the newest first, in pages', async () => {
    const batch = await startClient()
    const definition = await register(batch)
    const add = async (jobName: string, more: Partial<SubmitJobRequest> = {}) =>
      (await batch.submitJob({ jobName, jobQueue: 'full', jobDefinition: definition, ...more })).jobId ?? ''
    const ids = [await add('Run-1'), await add('run-1-b', { arrayProperties: { size: 3 } }), await add('run-2')]
    const list = async (request: object) =>
      (await batch.listJobs({ jobQueue: 'full', ...request })).jobSummaryList?.map(({ jobId }) => jobId)
    await batch.terminateJob({ jobId: ids[2], reason: 'x' })
    expect(await list({})).toEqual([])
    expect(await list({ jobStatus: 'RUNNABLE' })).toEqual([ids[0]])
    expect(await list({ jobStatus: 'PENDING' })).toEqual([ids[1]])
    expect(await list({ filters: [{ name: 'JOB_NAME', values: ['RUN-1'] }] })).toEqual([ids[0]])
    expect(await list({ filters: [{ name: 'JOB_NAME', values: ['run-*'] }] })).toEqual(ids.toReversed())
    expect(await list({ filters: [{ name: 'JOB_DEFINITION', values: ['definition'] }] })).toEqual(ids.toReversed())
    expect(await list({ filters: [{ name: 'AFTER_CREATED_AT', values: ['1'] }] })).toEqual(ids.toReversed())
    expect(await list({ filters: [{ name: 'BEFORE_CREATED_AT', values: ['1'] }] })).toEqual([])
    const pages: (string | undefined)[][] = []
    for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
      const page = await batch.listJobs({ jobQueue: 'full', filters: [{ name: 'JOB_NAME', values: ['run*'] }], maxResults: 2, nextToken })
      pages.push(page.jobSummaryList?.map(({ jobId }) => jobId) ?? [])
      nextToken = page.nextToken
    }
    expect(pages).toEqual([[ids[2], ids[1]], [ids[0]]])
    const { jobSummaryList: children = [], nextToken } = await batch.listJobs({ arrayJobId: ids[1], jobStatus: 'RUNNABLE', maxResults: 2 })
    const rest = await batch.listJobs({ arrayJobId: ids[1], jobStatus: 'RUNNABLE', nextToken })
    expect([...children, ...(rest.jobSummaryList ?? [])].map(({ arrayProperties }) => arrayProperties?.index)).toEqual([0, 1, 2])
    expect(await messageOf(batch.listJobs({}))).toContain('Exactly one of')
    expect(await messageOf(batch.listJobs({ jobQueue: 'full', arrayJobId: 'x' }))).toContain('Exactly one of')
  })

  test('end up to 50 at once; those that are not known have ended already', async () => {
    const batch = await startClient()
    const ids = [
      await submit(batch, '0', { jobQueue: 'full' }),
      await submit(batch, '0', { jobQueue: 'full', arrayProperties: { size: 2 } }),
    ]
    const { successful, errors } = await batch.terminateJobs({ jobs: [...ids, 'unknown'], reason: 'all of it' })
    expect([successful, errors]).toEqual([[...ids, 'unknown'], []])
    for (const id of ids) expect(await jobOf(batch, id)).toMatchObject({ status: 'FAILED', statusReason: 'all of it', isTerminated: true })
    expect(await messageOf(batch.cancelJobs({ jobs: Array(51).fill('x'), reason: 'x' }))).toContain('supported is 50')
    expect(await messageOf(batch.terminateJob({ jobId: 'x', reason: 'r'.repeat(1_025) }))).toContain('at most 1024')
  })

  test('have tags, and so have definitions and queues; the children of an array have none', async () => {
    const batch = await startClient()
    const id = await submit(batch, '0', { jobQueue: 'full', arrayProperties: { size: 2 }, tags: { a: '1' } })
    const resourceArn = (await jobOf(batch, id)).jobArn ?? ''
    await batch.tagResource({ resourceArn, tags: { b: '2', 'c d': '3' } })
    await batch.untagResource({ resourceArn, tagKeys: ['a'] })
    expect((await batch.listTagsForResource({ resourceArn })).tags).toEqual({ b: '2', 'c d': '3' })
    expect((await jobOf(batch, id)).tags).toEqual({ b: '2', 'c d': '3' })
    expect(await messageOf(batch.tagResource({ resourceArn: `${resourceArn}:0`, tags: { a: '1' } }))).toContain('child jobs')
    const { jobQueues: [queue] = [] } = await batch.describeJobQueues({ jobQueues: ['off'] })
    await batch.tagResource({ resourceArn: queue?.jobQueueArn, tags: { team: 'x' } })
    expect((await batch.describeJobQueues({ jobQueues: ['off'] })).jobQueues?.[0]?.tags).toEqual({ team: 'x' })
  })
})

describe('a request', () => {
  test('with another key or secret is refused, and so is one for what is not served', async () => {
    const stack = await startStack()
    const credentials = { accessKeyId: stack.env.AWS_ACCESS_KEY_ID, secretAccessKey: stack.env.AWS_SECRET_ACCESS_KEY }
    expect(
      await failure(createBatchClient(stack, { credentials: { ...credentials, secretAccessKey: 'x' } }).listJobs({ jobQueue: 'q' })),
    ).toBe('403 InvalidSignatureException')
    expect(await failure(createBatchClient(stack, { credentials: { ...credentials, accessKeyId: 'x' } }).listJobs({ jobQueue: 'q' }))).toBe(
      '403 UnrecognizedClientException',
    )
    expect(await failure(createBatchClient(stack).listServiceJobs({ jobQueue: 'q' }))).toBe('404 UnknownOperationException')
    expect(stack.batch.requests.counts).toEqual({ ListJobs: 2 })
  })
})

describe('logs', () => {
  test('come in pages forwards and backwards, with tokens that stay good', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    const job = await ended(batch, await submit(batch, 'for (let n = 0; n < 10; n++) console.log("line " + n)'))
    const client = createLogsClient(stack)
    const at = { logGroupName: '/aws/batch/job', logStreamName: job.container?.logStreamName }
    const numbers = (page: GetLogEventsCommandOutput) => page.events?.map(({ message }) => Number(message?.split(' ')[1]))
    const head = await client.getLogEvents({ ...at, startFromHead: true, limit: 4 })
    const next = await client.getLogEvents({ ...at, nextToken: head.nextForwardToken, limit: 4 })
    const last = await client.getLogEvents({ ...at, nextToken: next.nextForwardToken, limit: 4 })
    const end = await client.getLogEvents({ ...at, nextToken: last.nextForwardToken })
    expect([head, next, last, end].map(numbers)).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9], []])
    expect(end.nextForwardToken).toBe(last.nextForwardToken)
    const tail = await client.getLogEvents({ ...at, limit: 3 })
    const before = await client.getLogEvents({ ...at, nextToken: tail.nextBackwardToken, limit: 100 })
    expect([tail, before].map(numbers)).toEqual([
      [7, 8, 9],
      [0, 1, 2, 3, 4, 5, 6],
    ])
    expect((await client.getLogEvents({ ...at, nextToken: before.nextBackwardToken })).events).toEqual([])
    const { timestamp = 0 } = head.events?.[0] ?? {}
    expect(numbers(await client.getLogEvents({ ...at, endTime: timestamp }))).toEqual([])
  })

  test('of a stream, a group or an operation that is not there are refused', async () => {
    const stack = await startStack()
    const batch = createBatchClient(stack)
    const client = createLogsClient(stack)
    const at = { logGroupName: '/aws/batch/job', logStreamName: 'none' }
    expect(await messageOf(client.getLogEvents(at))).toBe('ResourceNotFoundException: The specified log group does not exist.')
    await ended(batch, await submit(batch, '0'))
    expect(await messageOf(client.getLogEvents(at))).toBe('ResourceNotFoundException: The specified log stream does not exist.')
    expect(await messageOf(client.getLogEvents({ ...at, nextToken: 'x' }))).toContain('InvalidParameterException')
    expect(await messageOf(client.describeLogGroups({}))).toContain('serves GetLogEvents')
  })
})
