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

/** The wait after attempt number `attempt`, from 0, has failed. */
export function retryDelayMs({ delayMs, backoff, maxDelayMs }: RetryPlan, attempt: number): number {
  return Math.min(delayMs * backoff ** attempt, maxDelayMs)
}
