import { describe, expect, test } from 'vitest'
import { BatchError } from '../batch-error.ts'
import { HeldClock } from '../held-clock.fixture.ts'
import { awsError, ScriptedConnection } from '../scripted-connection.fixture.ts'
import { Aws } from './aws.ts'
import { readFault } from './read-fault.ts'

const describeJobs = (aws: Aws, signal?: AbortSignal) =>
  aws.call('DescribeJobs', { jobs: ['a'] }, { purpose: 'look at 1 jobs', ...(signal ? { signal } : {}) })

function scripted(answer: ConstructorParameters<typeof ScriptedConnection>[1]) {
  const clock = new HeldClock()
  const connection = new ScriptedConnection(clock, answer)
  return { clock, connection, aws: new Aws(connection, clock) }
}

describe('an error of the AWS SDK', () => {
  test.each<[string, Error, string]>([
    ['a 429 that is in no model', awsError(429, 'TooManyRequestsException'), 'throttled'],
    ['a throttling error with another status', awsError(400, 'ThrottlingException'), 'throttled'],
    ['a 500', awsError(500, 'ServerException'), 'unknown'],
    ['a connection that was reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'unknown'],
    ['a request that timed out', Object.assign(new Error('timed out'), { name: 'TimeoutError' }), 'unknown'],
    ['a connection that was refused', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'unsent'],
    ['a token that has expired', awsError(403, 'ExpiredTokenException'), 'stale'],
    ['a permission that is missing', awsError(403, 'AccessDeniedException'), 'denied'],
    ['a request that is wrong', awsError(400, 'ClientException'), 'refused'],
    ['credentials that are missing', Object.assign(new Error('Could not load'), { name: 'CredentialsProviderError' }), 'no-credentials'],
    ['a region that is missing', new Error('Region is missing'), 'no-region'],
  ])('reads %s as what it says about the call', (_what, error, fault) => {
    expect(readFault(error)).toBe(fault)
  })
})

describe('a call to AWS', () => {
  test('outlasts a storm of 429 and slows down for it', async () => {
    const { aws, clock, connection } = scripted(() =>
      clock.now().getTime() < Date.parse('2026-01-01T00:02:00Z')
        ? awsError(429, 'TooManyRequestsException', 'Too Many Requests')
        : { jobs: [] },
    )
    expect(await describeJobs(aws)).toEqual({ jobs: [] })
    expect(connection.calls.length).toBeLessThan(80)
  })

  test('gives up after five minutes of 429, and says so', async () => {
    const { aws, clock } = scripted(() => awsError(429, 'TooManyRequestsException', 'Too Many Requests'))
    const startedAt = clock.now().getTime()
    const error = await describeJobs(aws).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(BatchError)
    expect(error).toMatchObject({ code: 'throttled', retryable: true, cause: { name: 'TooManyRequestsException' } })
    expect(clock.now().getTime() - startedAt).toBeGreaterThanOrEqual(300_000)
    expect(clock.now().getTime() - startedAt).toBeLessThan(330_000)
  })

  test('is not tried again where AWS has said no, and says what to allow', async () => {
    const denied = scripted(() => awsError(403, 'AccessDeniedException', 'User x is not authorized to perform: batch:DescribeJobs'))
    await expect(describeJobs(denied.aws)).rejects.toMatchObject({
      code: 'access-denied',
      retryable: false,
      message:
        'Could not look at 1 jobs: AWS does not allow it: User x is not authorized to perform: batch:DescribeJobs. Let the user or role do batch:DescribeJobs.',
    })
    expect(denied.connection.calls).toHaveLength(1)
    const refused = scripted(() => awsError(400, 'ClientException', 'Error executing request, Exception : Bad name., RequestId: 1-2'))
    await expect(describeJobs(refused.aws)).rejects.toMatchObject({
      code: 'refused',
      message: 'Could not look at 1 jobs: AWS Batch refuses it: Bad name.',
    })
  })

  test('shares one limit with all others: 100 at once go as 20 and then 20 a second, in order', async () => {
    const { aws, connection, clock } = scripted(() => ({ jobs: [] }))
    const startedAt = clock.now().getTime()
    const order: number[] = []
    await Promise.all(Array.from({ length: 100 }, (_, index) => describeJobs(aws).then(() => order.push(index))))
    expect(order).toEqual([...order].sort((one, other) => one - other))
    const inFirstSecond = connection.calls.filter(({ atMs }) => atMs - startedAt < 1_000)
    expect(inFirstSecond.length).toBeLessThanOrEqual(40)
    expect(clock.now().getTime() - startedAt).toBeGreaterThanOrEqual(3_900)
  })

  test('ends with the reason of its signal while it waits', async () => {
    const { aws } = scripted(() => awsError(500, 'ServerException'))
    const reason = new Error('enough')
    const controller = new AbortController()
    const call = describeJobs(aws, controller.signal)
    controller.abort(reason)
    await expect(call).rejects.toBe(reason)
  })
})
