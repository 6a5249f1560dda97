import type { ErrorRecord, TaskSpec } from '@millrace/core-graph'

/** A container that only waits costs money: what waits longer is tried again in a new job. */
const longestWaitMs = 60_000

/** How an attempt failed. */
export interface AttemptFailure {
  readonly attempt: number
  readonly error: ErrorRecord | undefined
  /** The task has asked not to be tried again. */
  readonly final?: boolean
}

/**
 * How long a worker waits before it tries a failed attempt again by itself; `undefined` where it does not: no attempt is left, the memory was too small for it,
 * or the wait is longer than a minute. The scheduler asks the same function, so that both know who makes the next attempt.
 */
export function retryInPlace({ retry }: Pick<TaskSpec, 'retry'>, { attempt, error, final = false }: AttemptFailure): number | undefined {
  if (!retry || attempt >= retry.times || final || error?.code === 'out-of-memory') return undefined
  const waitMs = Math.min(retry.delayMs * retry.backoff ** attempt, retry.maxDelayMs)
  return waitMs <= longestWaitMs ? waitMs : undefined
}
