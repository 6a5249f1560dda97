import type { ErrorRecord, LossReason, TaskSpec } from '@millrace/core-graph'
import { errorRecord } from '../error-record.ts'
import type { WorkerExit } from './workers/worker-process.ts'

/** Why an attempt has no record of its own, and what to do about it. */
export interface Loss {
  readonly reason: LossReason
  readonly error: ErrorRecord
  /** No further attempt is wanted. */
  readonly final?: boolean
}

/** What a step exits with to say that trying again is of no use, as in Metaflow (`METAFLOW_EXIT_DISALLOW_RETRY`). */
const exitWithoutRetry = 202

/** What is known when a worker ends in the middle of a task. */
export interface LossEvidence {
  readonly spec: TaskSpec
  readonly exit: WorkerExit
  /** The last lines that the task wrote to stderr. */
  readonly lastLines: readonly string[]
  /** Why we ended it ourselves, if we did. */
  readonly ended?: 'timeout' | 'cancelled'
}

/** Tells from a worker's end why its task was lost. */
export function explainLoss({ spec, exit, lastLines, ended }: LossEvidence): Loss {
  const name = `the step ${spec.step}`
  if (exit.unusable) return { reason: 'launch-failed', error: exit.unusable }
  if (ended === 'timeout')
    return {
      reason: 'timeout',
      error: errorRecord(
        'timeout',
        `Ended ${name} because it ran longer than its timeout of ${(spec.timeoutMs ?? 0) / 1000} s. Give it more time, or less to do.`,
      ),
    }
  if (ended === 'cancelled') return { reason: 'cancelled', error: errorRecord('cancelled', `Ended ${name} because its run was stopped.`) }
  if (lastLines.some((line) => line.includes('JavaScript heap out of memory')))
    return {
      reason: 'out-of-memory',
      error: errorRecord(
        'out-of-memory',
        `Lost ${name}: JavaScript's heap was full. Raise its limit, for example NODE_OPTIONS=--max-old-space-size=8000, or keep large data in typed arrays, which are outside the heap.`,
      ),
    }
  if (exit.signal === 'SIGKILL')
    return {
      reason: 'killed',
      error: errorRecord(
        'executor-lost',
        `Lost ${name}: its process was killed by SIGKILL. If nobody did that, the system ran out of memory: see the kernel's log (dmesg).`,
      ),
    }
  if (exit.signal)
    return { reason: 'killed', error: errorRecord('executor-lost', `Lost ${name}: its process was killed by ${exit.signal}.`) }
  if (exit.code === exitWithoutRetry)
    return {
      reason: 'exited',
      final: true,
      error: errorRecord(
        'executor-lost',
        `Lost ${name}: its process exited with code ${exitWithoutRetry}, which asks not to be tried again.`,
      ),
    }
  return {
    reason: 'exited',
    error: errorRecord(
      'executor-lost',
      `Lost ${name}: its process exited with code ${exit.code} before the step ended. A step must return or throw; it must not call process.exit().`,
    ),
  }
}
