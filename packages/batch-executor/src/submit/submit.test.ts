import { hardCharacters } from '@millrace/core-graph/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BatchExecutor } from '../batch-executor.ts'
import { HeldClock } from '../held-clock.fixture.ts'
import { awsError, type MadeCall, ScriptedConnection } from '../scripted-connection.fixture.ts'
import { jobName } from './job-name.ts'
import { submission } from './submission.ts'

const facts = { arn: 'arn:queue', name: 'q', platform: 'EC2', spot: false, fairShare: false } as const

describe('the name of a job', () => {
  test('is one that AWS Batch takes, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...hardCharacters, '\uD800', '\uDFFF'), maxLength: 300 }), (text) => {
        const name = jobName(`a${text}`, '0123abcd')
        return /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name) && name.length <= 128 && name.endsWith('-0123abcd')
      }),
    )
    expect(jobName('BigSum/4/compute sum', 'ff')).toBe('BigSum-4-compute-sum-ff')
    expect(() => jobName('!!', 'ff')).toThrow(TypeError)
    expect(() => jobName('a', 'no spaces')).toThrow(TypeError)
  })
})

describe('a submission', () => {
  test('holds what a job brings, and nothing of its container', () => {
    expect(
      submission(
        {
          name: 'sum',
          id: '1',
          command: ['node', '-e', '0'],
          env: { A: 'b' },
          size: 3,
          timeout: '2m',
          retry: 2,
          tags: { t: 'u' },
          parameters: { p: 'q' },
          dependsOn: ['x'],
          cpu: 4,
        },
        facts,
      ),
    ).toEqual({
      jobName: 'sum-1',
      jobQueue: 'arn:queue',
      arrayProperties: { size: 3 },
      containerOverrides: { command: ['node', '-e', '0'], environment: [{ name: 'A', value: 'b' }] },
      timeout: { attemptDurationSeconds: 120 },
      retryStrategy: {
        attempts: 3,
        evaluateOnExit: [
          { onReason: 'OutOfMemoryError*', action: 'EXIT' },
          { onReason: '*', action: 'RETRY' },
        ],
      },
      dependsOn: [{ jobId: 'x' }],
      parameters: { p: 'q' },
      tags: { t: 'u' },
      propagateTags: true,
    })
    expect(submission({ name: 'one', id: '1' }, facts)).toEqual({
      jobName: 'one-1',
      jobQueue: 'arn:queue',
      containerOverrides: {},
      timeout: { attemptDurationSeconds: 432_000 },
    })
  })

  test.each<[string, object, RegExp]>([
    ['an array that is too large', { size: 10_001 }, /from 1 to 10,000/],
    ['a timeout that is too short', { timeout: '30s' }, /60 s or longer/],
    ['a timeout in no unit', { timeout: '3 weeks' }, /timeout must be milliseconds or text/],
    ['an empty word', { command: ['node', ''] }, /word of the command is empty/],
    ['a variable of AWS Batch', { env: { AWS_BATCH_JOB_ID: 'x' } }, /AWS_BATCH_JOB_ID cannot be set/],
    ['too many attempts', { retry: 10 }, /from 0 to 9/],
    ['too many tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, ''])) }, /at most 50/],
    ['a tag of AWS', { tags: { 'aws:x': '' } }, /cannot be used/],
    ['too many dependencies', { dependsOn: Array.from({ length: 21 }, String) }, /at most 20/],
    ['a share where there is no policy', { shareIdentifier: 'x' }, /no scheduling policy/],
    ['parameters that are too long', { parameters: { p: 'x'.repeat(31_000) } }, /30720/],
  ])('is refused for %s', (_what, options, message) => {
    expect(() => submission({ name: 'sum', ...options }, facts)).toThrow(message)
  })

  test('that is too long for the job is refused, with the names of what is long and none of its values', () => {
    const env = { SHORT: 'x', TOKEN: 's3cr3t'.repeat(1_500) }
    expect(() => submission({ name: 'sum', env }, facts)).toThrow(/AWS Batch takes 8192\. The longest are TOKEN \(9000\), /)
    expect(() => submission({ name: 'sum', env }, facts)).not.toThrow(/s3cr3t/)
  })
})

/** A region with one queue, in which jobs are kept; `onSubmit` may spoil the answer of a submission after it was done. */
function region(onSubmit: (nth: number) => { readonly done: boolean; readonly error?: Error }, { listsAfterMs = 0 } = {}) {
  const clock = new HeldClock()
  const jobs: { jobId: string; jobName: string; createdAt: number }[] = []
  const ended: string[] = []
  const answer = ({ name, input, atMs }: MadeCall, calls: readonly MadeCall[]): object => {
    switch (name) {
      case 'DescribeJobQueues':
        return {
          jobQueues: [
            {
              jobQueueName: 'q',
              jobQueueArn: 'arn:q',
              state: 'ENABLED',
              status: 'VALID',
              computeEnvironmentOrder: [{ order: 1, computeEnvironment: 'ce' }],
            },
          ],
        }
      case 'DescribeComputeEnvironments':
        return {
          computeEnvironments: [{ computeEnvironmentName: 'ce', state: 'ENABLED', status: 'VALID', computeResources: { type: 'EC2' } }],
        }
      case 'DescribeJobDefinitions':
        return { jobDefinitions: [] }
      case 'RegisterJobDefinition':
        return { jobDefinitionArn: `arn:${input.jobDefinitionName}:1` }
      case 'SubmitJob': {
        const { done, error } = onSubmit(calls.filter((call) => call.name === 'SubmitJob').length)
        const job = { jobId: `id-${jobs.length + 1}`, jobName: String(input.jobName), createdAt: atMs }
        if (done) jobs.push(job)
        return error ?? job
      }
      case 'ListJobs': {
        const [filter] = input.filters as { values: string[] }[]
        return {
          jobSummaryList: jobs.filter(({ jobName, createdAt }) => filter?.values[0] === jobName && atMs - createdAt >= listsAfterMs),
        }
      }
      case 'TerminateJob':
        ended.push(String(input.jobId))
        return {}
      default:
        return awsError(400, 'ClientException', `no ${name}`)
    }
  }
  const connection = new ScriptedConnection(clock, answer)
  return { connection, jobs, ended, executor: new BatchExecutor({ queue: 'q', connection, clock, cacheFolder: false }) }
}
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

describe('a job whose submission', () => {
  test('AWS answers is submitted with one call, once queue and definition are known', async () => {
    const { executor, connection } = region(() => ({ done: true }))
    await executor.submit({ name: 'a' })
    const first = connection.calls.length
    await executor.submit({ name: 'b' })
    await executor.submit({ name: 'c', env: { A: '1' }, tags: { x: 'y' } })
    expect([first, connection.calls.length - first]).toEqual([5, 2])
  })

  test('was done and the answer lost is found by its name, and not submitted again', async () => {
    const { executor, connection, jobs } = region(() => ({ done: true, error: reset }))
    const job = await executor.submit({ name: 'sum', id: '0a1b' })
    expect(job.id).toBe('id-1')
    expect(jobs).toHaveLength(1)
    expect(connection.named('SubmitJob')).toHaveLength(1)
  })

  test('was not done is submitted again', async () => {
    const { executor, jobs, ended } = region((nth) =>
      nth === 1 ? { done: false, error: awsError(500, 'ServerException') } : { done: true },
    )
    expect((await executor.submit({ name: 'sum' })).id).toBe('id-1')
    expect([jobs.length, ended]).toEqual([1, []])
  })

  test('shows up only after it was submitted again leaves one job, the older one', async () => {
    const { executor, jobs, ended } = region((nth) => ({ done: true, ...(nth === 1 ? { error: reset } : {}) }), { listsAfterMs: 6_001 })
    const job = await executor.submit({ name: 'sum' })
    expect(jobs).toHaveLength(2)
    expect([job.id, ended]).toEqual(['id-1', ['id-2']])
  })

  test('is throttled is made again without a look, as it did nothing', async () => {
    const { executor, connection, jobs } = region((nth) =>
      nth < 4 ? { done: false, error: awsError(429, 'TooManyRequestsException') } : { done: true },
    )
    await executor.submit({ name: 'sum' })
    expect([jobs.length, connection.named('SubmitJob').length, connection.named('ListJobs').length]).toEqual([1, 4, 0])
  })

  test('names a definition that AWS has forgotten makes it anew, once', async () => {
    const gone = awsError(400, 'ClientException', 'JobDefinition name millrace-x does not exist or is not in ACTIVE status')
    const once = region((nth) => (nth === 2 ? { done: false, error: gone } : { done: true }))
    await once.executor.submit({ name: 'a' })
    await once.executor.submit({ name: 'b' })
    expect(once.connection.named('RegisterJobDefinition')).toHaveLength(2)
    const always = region(() => ({ done: false, error: gone }))
    await expect(always.executor.submit({ name: 'a' })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('does not exist'),
    })
    expect(always.connection.named('SubmitJob')).toHaveLength(2)
  })

  test('fails for good says so after three', async () => {
    const { executor, connection } = region(() => ({ done: false, error: awsError(503, 'ServiceUnavailable', 'down') }))
    await expect(executor.submit({ name: 'sum' })).rejects.toMatchObject({ code: 'service-failed', retryable: true })
    expect(connection.named('SubmitJob')).toHaveLength(3)
  })
})
