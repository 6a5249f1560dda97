import { parseDuration, type StepOptions } from '@millrace/core-graph'

/** What a step's options mean for its tasks, in plain numbers. */
export interface StepPolicy {
  /** Attempts after the first. */
  readonly retries: number
  readonly retryDelayMs: number
  readonly timeoutMs: number | undefined
  /** The artifact that takes the error of the last attempt. */
  readonly catch: string | undefined
  readonly environment: Readonly<Record<string, string>> | undefined
}

/** Reads a step's options. @throws RangeError for a retry or a timeout that has no meaning. */
export function readPolicy({ retry = 0, timeout, catch: caught, environment }: StepOptions): StepPolicy {
  const { times, delay = 0 } = typeof retry === 'number' ? { times: retry } : retry
  if (!Number.isSafeInteger(times) || times < 0) throw new RangeError(`retry takes a whole number of further attempts, not ${times}.`)
  return {
    retries: times,
    retryDelayMs: parseDuration(delay),
    timeoutMs: timeout === undefined ? undefined : parseDuration(timeout),
    catch: caught,
    environment,
  }
}
