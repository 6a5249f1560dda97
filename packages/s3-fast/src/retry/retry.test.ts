import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { S3Error, type S3ErrorOptions } from '../errors/s3-error.ts'
import { HttpError } from '../http/http-error.ts'
import { type AttemptContext, Retrier, type Retry } from './retrier.ts'
import { RetryBudget } from './retry-budget.ts'
import type { RetryClock } from './retry-clock.ts'
import { systemRetryClock } from './retry-clock.ts'
import { decideRetry, defaultRetryPolicy, leavesOutcomeUnknown, type Remedy } from './retry-policy.ts'

const error = (options: Partial<S3ErrorOptions>): S3Error =>
  new S3Error({ code: 'server-error', message: 'Could not read s3://lake/a.', ...options })
const passing = error({ retryable: true, status: 500, serviceCode: 'InternalError' })

/** A clock on which sleeping takes no time. */
class JumpingClock implements RetryClock {
  time = 1_000_000
  readonly slept: number[] = []

  now(): number {
    return this.time
  }

  monotonicMs(): number {
    return this.time
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms)
    this.time += ms
  }
}

function failing(failures: readonly unknown[]): {
  readonly attempt: (context: AttemptContext) => Promise<string>
  readonly contexts: AttemptContext[]
} {
  const contexts: AttemptContext[] = []
  const attempt = async (context: AttemptContext): Promise<string> => {
    contexts.push(context)
    if (contexts.length <= failures.length) throw failures[contexts.length - 1]
    return 'done'
  }
  return { attempt, contexts }
}

test('what cannot succeed fails at once, unchanged', async () => {
  const clock = new JumpingClock()
  for (const failure of [
    error({ code: 'forbidden', status: 403, serviceCode: 'AccessDenied' }),
    error({ code: 'not-found' }),
    new TypeError('no'),
    'text',
  ]) {
    const { attempt, contexts } = failing([failure])
    await expect(new Retrier({ clock }).run(attempt)).rejects.toBe(failure)
    expect(contexts).toHaveLength(1)
  }
  expect(clock.slept).toEqual([])
})

test('what may pass is tried again after a wait with full jitter that doubles up to its limit', async () => {
  const clock = new JumpingClock()
  const { attempt } = failing(Array.from({ length: 10 }, () => passing))
  const retrier = new Retrier({ clock, random: () => 1, policy: { maxDelayMs: 1_000 } })
  expect(await retrier.run(attempt)).toBe('done')
  expect(clock.slept).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000, 1_000])
})

test('a service that asks to slow down is given four times as long, and as long as it asks for', async () => {
  const clock = new JumpingClock()
  const slow = error({ code: 'throttled', retryable: true, status: 503 })
  const { attempt } = failing([slow, slow, error({ code: 'throttled', retryable: true, status: 503, retryAfterMs: 5_000 })])
  await new Retrier({ clock, random: () => 1 }).run(attempt)
  expect(clock.slept).toEqual([200, 400, 5_000])
})

test('the deadline ends the attempts, and the error says how many there were', async () => {
  const clock = new JumpingClock()
  const failure = await new Retrier({ clock, random: () => 0.5 }).run(() => Promise.reject(passing)).catch((thrown: unknown) => thrown)
  expect(clock.time - 1_000_000).toBeLessThanOrEqual(180_000)
  expect(failure).toMatchObject({ code: 'server-error', status: 500, serviceCode: 'InternalError', cause: passing })
  expect(String(failure)).toMatch(/^S3Error: Could not read s3:\/\/lake\/a\. It was tried 30 times in \d+\.\d s\.$/)
})

test('a wait that the server asks for beyond the deadline is not begun', async () => {
  const clock = new JumpingClock()
  const { attempt } = failing([error({ code: 'throttled', retryable: true, status: 503, retryAfterMs: 600_000 })])
  await expect(new Retrier({ clock }).run(attempt)).rejects.toThrow('Could not read')
  expect(clock.slept).toEqual([])
})

test('a service that cannot be reached at all is given up after seconds', async () => {
  const clock = new JumpingClock()
  const cause = new HttpError('connect-failed', 'Refused.', { subject: 'http://127.0.0.1:1', requestSent: false, retryable: true })
  await expect(
    new Retrier({ clock, random: () => 1 }).run(() => Promise.reject(error({ code: 'connection-failed', retryable: true, cause }))),
  ).rejects.toThrow('tried 9 times')
  expect(clock.time - 1_000_000).toBeGreaterThan(5_000)
  expect(clock.time - 1_000_000).toBeLessThan(20_000)
})

test('expired keys are refreshed once and at once', async () => {
  const clock = new JumpingClock()
  const expired = error({ code: 'expired-credentials', retryable: true, status: 400, serviceCode: 'ExpiredToken' })
  const retries: Retry[] = []
  const once = failing([expired])
  expect(await new Retrier({ clock }).run(once.attempt, { onRetry: (retry) => retries.push(retry) })).toBe('done')
  expect(retries).toEqual([{ error: expired, remedy: 'refresh-credentials', delayMs: 0, number: 1 }])
  const twice = failing([expired, expired])
  await expect(new Retrier({ clock }).run(twice.attempt)).rejects.toMatchObject({ code: 'expired-credentials' })
  expect(twice.contexts).toHaveLength(2)
  expect(clock.slept).toEqual([])
})

test('400 for a HEAD, which has no document, may be expired keys: they are refreshed once', async () => {
  const { attempt, contexts } = failing([error({ code: 'invalid-request', status: 400 }), error({ code: 'invalid-request', status: 400 })])
  const remedies: Remedy[] = []
  await expect(
    new Retrier({ clock: new JumpingClock() }).run(attempt, { onRetry: ({ remedy }) => remedies.push(remedy) }),
  ).rejects.toMatchObject({ status: 400 })
  expect(remedies).toEqual(['refresh-credentials'])
  expect(contexts).toHaveLength(2)
})

test('a bucket elsewhere is followed once where its region is known', async () => {
  const elsewhere = error({ code: 'wrong-region', retryable: true, status: 301, region: 'eu-north-1' })
  const onRetry = vi.fn<(retry: Retry) => void>()
  expect(await new Retrier({ clock: new JumpingClock() }).run(failing([elsewhere]).attempt, { onRetry })).toBe('done')
  expect(onRetry).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ remedy: 'follow-region', error: elsewhere }))
  for (const failures of [[elsewhere, elsewhere], [error({ code: 'wrong-region', retryable: true, status: 301 })]])
    await expect(new Retrier({ clock: new JumpingClock() }).run(failing(failures).attempt)).rejects.toMatchObject({ code: 'wrong-region' })
})

test("a clock that is wrong is set by the server's, for this request and all that follow", async () => {
  const clock = new JumpingClock()
  const retrier = new Retrier({ clock })
  const skewed = error({
    code: 'clock-skew',
    retryable: true,
    status: 403,
    serviceCode: 'RequestTimeTooSkewed',
    serverTime: new Date(5_000_000),
  })
  const { attempt, contexts } = failing([skewed])
  await retrier.run(attempt)
  expect(contexts.map(({ clockOffsetMs }) => clockOffsetMs)).toEqual([0, 4_000_000])
  const next = failing([])
  await retrier.run(next.attempt)
  expect(next.contexts[0]?.clockOffsetMs).toBe(4_000_000)
  expect(retrier.signingTime()).toBe(5_000_000)
  await expect(retrier.run(failing([skewed, skewed]).attempt)).rejects.toMatchObject({ code: 'clock-skew' })
})

test('403 for a HEAD sets the clock only where the clock is far off', async () => {
  const remediesOf = async (serverTime: Date): Promise<readonly Remedy[]> => {
    const remedies: Remedy[] = []
    const forbidden = error({ code: 'forbidden', status: 403, serverTime })
    await new Retrier({ clock: new JumpingClock() })
      .run(failing([forbidden]).attempt, { onRetry: ({ remedy }) => remedies.push(remedy) })
      .catch(() => {})
    return remedies
  }
  expect(await remediesOf(new Date(1_000_000 + 16 * 60_000))).toEqual(['set-clock'])
  expect(await remediesOf(new Date(1_000_000 - 16 * 60_000))).toEqual(['set-clock'])
  expect(await remediesOf(new Date(1_000_000 + 1_000))).toEqual([])
})

test('an attempt is told whether an earlier one may have been done', async () => {
  const transport = (requestSent: boolean): S3Error =>
    error({
      code: 'connection-failed',
      retryable: true,
      cause: new HttpError('connection-lost', 'Lost.', { subject: 'http://127.0.0.1:1', requestSent, retryable: true }),
    })
  const slowDown = error({ code: 'throttled', retryable: true, status: 429 })
  const { attempt, contexts } = failing([transport(false), slowDown, transport(true), slowDown])
  await new Retrier({ clock: new JumpingClock() }).run(attempt)
  expect(contexts.map(({ outcomeUnknown }) => outcomeUnknown)).toEqual([false, false, false, true, true])
  expect(contexts.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4])
  expect(leavesOutcomeUnknown(passing)).toBe(true)
  expect(leavesOutcomeUnknown(new TypeError('no'))).toBe(false)
})

test('an abort ends a wait at once with its own reason, and begins no further attempt', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  const attempt = vi.fn(() => Promise.reject(error({ code: 'throttled', retryable: true, status: 503, retryAfterMs: 100_000 })))
  const running = new Retrier({ clock: systemRetryClock }).run(attempt, {
    signal: stop.signal,
    onRetry: () => queueMicrotask(() => stop.abort(reason)),
  })
  await expect(running).rejects.toBe(reason)
  expect(attempt).toHaveBeenCalledTimes(1)
})

test('a wait that an abort preceded is not begun, and one that ends leaves no listener', async () => {
  const reason = new Error('enough')
  await expect(systemRetryClock.sleep(100_000, AbortSignal.abort(reason))).rejects.toBe(reason)
  const { signal } = new AbortController()
  const removed = vi.spyOn(signal, 'removeEventListener')
  await systemRetryClock.sleep(1, signal)
  expect(removed).toHaveBeenCalledTimes(1)
})

test('the budget holds retries up only when nothing succeeds', () => {
  const budget = new RetryBudget(0)
  for (let at = 0; at < 500; at += 1) expect(budget.take(0)).toBe(0)
  expect(budget.take(0)).toBe(100)
  expect(budget.take(0)).toBe(200)
  expect(budget.take(1_000)).toBe(0)
  for (let at = 0; at < 1_000; at += 1) {
    budget.succeed()
    expect(budget.take(1_000) + budget.take(1_000)).toBe(0)
  }
})

test('no policy, failure or history leads to a wait outside its limits', () => {
  const codes = [
    'throttled',
    'server-error',
    'timeout',
    'connection-failed',
    'corrupt-body',
    'forbidden',
    'expired-credentials',
    'wrong-region',
    'clock-skew',
  ] as const
  fc.assert(
    fc.property(
      fc.record({
        code: fc.constantFrom(...codes),
        retryable: fc.boolean(),
        status: fc.option(fc.constantFrom(200, 400, 403, 500, 503), { nil: undefined }),
        failures: fc.integer({ min: 1, max: 40 }),
        elapsedMs: fc.nat(200_000),
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        remedies: fc.uniqueArray(fc.constantFrom<Remedy>('wait', 'refresh-credentials', 'set-clock', 'follow-region')),
      }),
      ({ code, retryable, status, failures, elapsedMs, random, remedies }) => {
        const history = { failures, elapsedMs, remedies: new Set(remedies), signedAtMs: 0 }
        const decision = decideRetry(error({ code, retryable, status, serviceCode: 'Any' }), {
          history,
          policy: defaultRetryPolicy,
          random,
        })
        if (!decision) return
        expect(retryable).toBe(true)
        expect(failures).toBeLessThan(defaultRetryPolicy.maxAttempts)
        expect(elapsedMs + decision.delayMs).toBeLessThanOrEqual(defaultRetryPolicy.deadlineMs)
        expect(decision.delayMs).toBeLessThanOrEqual(defaultRetryPolicy.maxDelayMs)
        if (decision.remedy !== 'wait') expect(remedies).not.toContain(decision.remedy)
      },
    ),
  )
})

test.each([{ maxAttempts: 0 }, { deadlineMs: -1 }, { baseDelayMs: Number.NaN }, { maxDelayMs: '1s' as unknown as number }])(
  'the policy %j is refused',
  (policy) => {
    expect(() => new Retrier({ policy })).toThrow(RangeError)
  },
)
