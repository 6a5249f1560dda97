import { parseDuration, type StepOptions } from '@millrace/core-graph'

/** What a step's options mean for its tasks, in plain numbers. */
export interface StepPolicy {
  /** Attempts after the first. */
  readonly retries: number
  /** The wait after attempt number `attempt`, from 0, has failed. */
  readonly retryDelayMs: (attempt: number) => number
  readonly timeoutMs: number | undefined
  /** The artifact that takes the error of the last attempt. */
  readonly catch: string | undefined
  readonly environment: Readonly<Record<string, string>> | undefined
}

/** Reads a step's options. @throws RangeError for a retry or a timeout that has no meaning. */
export function readPolicy({ retry = 0, timeout, catch: caught, environment }: StepOptions): StepPolicy {
  const { times, delay = 0, backoff = 1, maxDelay } = typeof retry === 'number' ? { times: retry } : retry
  if (!Number.isSafeInteger(times) || times < 0) throw new RangeError(`retry takes a whole number of further attempts, not ${times}.`)
  if (!(backoff >= 1)) throw new RangeError(`retry takes a backoff from 1, not ${backoff}.`)
  const firstMs = parseDuration(delay)
  const longestMs = maxDelay === undefined ? Math.max(parseDuration('1h'), firstMs) : parseDuration(maxDelay)
  return {
    retries: times,
    retryDelayMs: (attempt) => Math.min(firstMs * backoff ** attempt, longestMs),
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout),
    catch: caught,
    environment,
  }
}
