import { S3Error } from '../errors/s3-error.ts'
import { HttpError } from '../http/http-error.ts'

/** How long and how often a request is tried. */
export interface RetryPolicy {
  /** How often a request is sent, the first time included. Default 30: the deadline is met first. */
  readonly maxAttempts: number
  /** No attempt begins later than this after the first, in milliseconds. Default 180,000. */
  readonly deadlineMs: number
  /** The longest wait before the second attempt, doubled for each further one; four times as long where the service asks to slow down. Default 50. */
  readonly baseDelayMs: number
  /** The longest wait before any attempt. Default 10,000. */
  readonly maxDelayMs: number
}

/** What a request is tried by where nothing else is said: about three minutes, up to 30 attempts. */
export const defaultRetryPolicy: RetryPolicy = { maxAttempts: 30, deadlineMs: 180_000, baseDelayMs: 50, maxDelayMs: 10_000 }

/** How often a service that cannot be reached at all is tried: a wrong endpoint shows after seconds, a restart of a few seconds is outlived. */
const maxUnreachableAttempts = 9

/** What has happened to a request so far. */
export interface RequestHistory {
  /** Attempts that failed, this one included. At least 1. */
  readonly failures: number
  readonly elapsedMs: number
  /** What was tried already. Each mends a failure at most once. */
  readonly remedies: ReadonlySet<Remedy>
  /** Milliseconds since 1970, by the clock that requests are signed with. */
  readonly signedAtMs: number
}

/** What is done before a request is sent again. */
export type Remedy = 'wait' | 'refresh-credentials' | 'set-clock' | 'follow-region'

/** What to do after a failure; `undefined`: give up. */
export type RetryDecision = { readonly remedy: Remedy; readonly delayMs: number } | undefined

/**
 * Whether and how a request is tried again, by what its failure means.
 *
 * Waiting helps against throttling, a service that fails, a lost or silent connection, a body that arrived broken and a conflict: full jitter
 * ("Exponential backoff and jitter", AWS architecture blog), longer where the server asks for it. New keys, another clock and another region each help once and at once.
 * Everything else fails at once.
 *
 * @param random From 0 up to 1.
 */
export function decideRetry(
  error: unknown,
  { history, policy, random }: { readonly history: RequestHistory; readonly policy: RetryPolicy; readonly random: number },
): RetryDecision {
  if (!S3Error.is(error)) return undefined
  const { failures, elapsedMs, remedies } = history
  if (failures >= policy.maxAttempts || elapsedMs > policy.deadlineMs) return undefined
  const remedy = remedyFor(error, history)
  if (remedy === undefined) return undefined
  if (remedy !== 'wait') return remedies.has(remedy) ? undefined : { remedy, delayMs: 0 }
  if (isUnreachable(error) && failures >= maxUnreachableAttempts) return undefined
  const firstMs = error.code === 'throttled' ? policy.baseDelayMs * 4 : policy.baseDelayMs
  const longestMs = Math.min(policy.maxDelayMs, firstMs * 2 ** (failures - 1))
  const delayMs = Math.max(random * longestMs, error.retryAfterMs ?? 0)
  return elapsedMs + delayMs > policy.deadlineMs ? undefined : { remedy, delayMs }
}

function remedyFor(error: S3Error, { signedAtMs }: RequestHistory): Remedy | undefined {
  if (isMute(error)) {
    // The answer to a HEAD has no document, so its status is all there is: these two are what mends such an answer, if anything does.
    if (error.status === 403 && isFarOff(error.serverTime, signedAtMs)) return 'set-clock'
    if (error.status === 400) return error.region === undefined ? 'refresh-credentials' : 'follow-region'
  }
  if (!error.retryable) return undefined
  if (error.code === 'expired-credentials') return 'refresh-credentials'
  if (error.code === 'clock-skew') return error.serverTime === undefined ? undefined : 'set-clock'
  if (error.code === 'wrong-region') return error.region === undefined ? undefined : 'follow-region'
  return 'wait'
}

const isMute = ({ serviceCode, status }: S3Error): boolean => serviceCode === undefined && status !== undefined

/** S3 takes 15 minutes, other services 5. */
function isFarOff(serverTime: Date | undefined, signedAtMs: number): boolean {
  return serverTime !== undefined && Math.abs(serverTime.getTime() - signedAtMs) > 240_000
}

/** Whether there was no connection at all. */
function isUnreachable({ cause }: S3Error): boolean {
  return cause instanceof HttpError && cause.code === 'connect-failed'
}

/** Whether a request that failed so may have been done all the same: a write that creates only must look before it believes that the object is another's. */
export function leavesOutcomeUnknown(error: unknown): boolean {
  if (!S3Error.is(error)) return false
  if (error.status !== undefined) return error.status >= 500 || error.status === 200
  return error.cause instanceof HttpError && error.cause.requestSent
}
