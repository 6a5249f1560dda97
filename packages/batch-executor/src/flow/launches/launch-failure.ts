import { errorRecord } from '../error-record.ts'
import type { WorkerFailure } from '../jobs/worker-jobs.ts'

/** What becomes of tasks whose job could not be submitted. What is wrong on the caller's side stays wrong; what is not known to be may pass. */
export function launchFailure(error: unknown): Pick<WorkerFailure, 'reason' | 'error' | 'final'> {
  const isMistake = error instanceof TypeError || error instanceof RangeError
  const isSettled = error instanceof Error && 'retryable' in error && error.retryable === false
  return { reason: 'launch-failed', error: errorRecord(error), final: isMistake || isSettled }
}
