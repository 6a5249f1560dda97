import type { BatchContext, BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import type { Fields } from '../fields.ts'

type How = 'cancel' | 'terminate'

/** A job that has gone further than RUNNABLE is left alone. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_CancelJob.html */
export const cancelJob: BatchOperation = (context, input) => stopOne(context, input, 'cancel')

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_TerminateJob.html */
export const terminateJob: BatchOperation = (context, input) => stopOne(context, input, 'terminate')

/** Up to 50 jobs at once, each as CancelJob does. */
export const cancelJobs: BatchOperation = (context, input) => stopMany(context, input, 'cancel')

/** Up to 50 jobs at once, each as TerminateJob does. */
export const terminateJobs: BatchOperation = (context, input) => stopMany(context, input, 'terminate')

function stopOne(context: BatchContext, input: Fields, by: How) {
  stop(context, { id: input.needText('jobId'), reason: readReason(input), by })
  return {}
}

function stopMany(context: BatchContext, input: Fields, by: How) {
  const ids = input.texts('jobs')
  if (!ids || ids.length === 0) throw clientError('jobs must not be empty')
  if (ids.length > 50) throw clientError('Maximum number of jobs supported is 50')
  const reason = readReason(input)
  for (const id of ids) stop(context, { id, reason, by })
  return { successful: ids, errors: [] }
}

/** A job that is not known has been ended already. */
function stop({ state, arns, dispatch, faults }: BatchContext, { id, reason, by }: { id: string; reason: string; by: How }): void {
  const name = arns.name(id, 'job')
  const delayMs = faults.stopDelayMs
  if (state.jobs.has(name)) dispatch({ type: 'stop', id: name, reason, by, ...(delayMs > 0 ? { delayMs } : {}) })
}

function readReason(input: Fields): string {
  const reason = input.needText('reason')
  if (reason.length > 1_024) throw clientError('The length of reason must be at most 1024')
  return reason
}
