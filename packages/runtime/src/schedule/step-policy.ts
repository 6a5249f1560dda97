import { parseDuration, type RetryPlan, type StepOptions } from '@millrace/core-graph'

/** What a step's options mean for its tasks, in plain numbers. */
export interface StepPolicy {
  readonly retry: RetryPlan
  readonly timeoutMs: number | undefined
  /** The artifact that takes the error of the last attempt. */
  readonly catch: string | undefined
  readonly environment: Readonly<Record<string, string>> | undefined
}

/** Reads a step's options. @throws RangeError for a retry or a timeout that has no meaning. */
export function readPolicy({ retry = 0, timeout, catch: caught, environment }: StepOptions): StepPolicy {
  const { times, delay = 0, backoff = 1, maxDelay, memoryFactor } = typeof retry === 'number' ? { times: retry } : retry
  if (!Number.isSafeInteger(times) || times < 0) throw new RangeError(`retry takes a whole number of further attempts, not ${times}.`)
  if (!(backoff >= 1)) throw new RangeError(`retry takes a backoff from 1, not ${backoff}.`)
  if (memoryFactor !== undefined && !(memoryFactor >= 1)) throw new RangeError(`retry takes a memoryFactor from 1, not ${memoryFactor}.`)
  const delayMs = parseDuration(delay)
  const maxDelayMs = maxDelay === undefined ? Math.max(parseDuration('1h'), delayMs) : parseDuration(maxDelay)
  return {
    retry: { times, delayMs, backoff, maxDelayMs, ...(memoryFactor === undefined ? {} : { memoryFactor }) },
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout),
    catch: caught,
    environment,
  }
}

/** What follows a failed attempt: the same task again, after a wait; the flow goes on with the error in this artifact; or the run ends. */
export type AfterFailure =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'catch'; readonly artifact: string }
  | { readonly kind: 'end' }

/** What follows when attempt number `attempt`, from 0, has failed; `final` where no further one is wanted. */
export function afterFailure({ retry, catch: artifact }: StepPolicy, attempt: number, final: boolean): AfterFailure {
  if (attempt < retry.times && !final) return { kind: 'retry', delayMs: retryDelayMs(retry, attempt) }
  return artifact === undefined ? { kind: 'end' } : { kind: 'catch', artifact }
}

/** The wait after attempt number `attempt`, from 0, has failed. */
function retryDelayMs({ delayMs, backoff, maxDelayMs }: RetryPlan, attempt: number): number {
  return Math.min(delayMs * backoff ** attempt, maxDelayMs)
}
