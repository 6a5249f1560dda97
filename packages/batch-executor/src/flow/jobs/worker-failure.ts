import type { JobFailure } from '../../failures/job-failure.ts'
import type { WorkerFailure } from './worker-jobs.ts'

/** The platform's own trouble, after which the same work may well succeed. */
const infrastructure: ReadonlySet<JobFailure['kind']> = new Set(['host-lost', 'temporary', 'image-not-pulled', 'not-started'])
const begun: ReadonlySet<JobFailure['kind']> = new Set([
  'cancelled',
  'exited',
  'host-lost',
  'killed',
  'out-of-memory',
  'temporary',
  'timeout',
])

/** What the failure of a job of AWS Batch means for the tasks of a step that its worker had. */
export function workerFailure({ kind, message, advice, retryable, exitCode }: JobFailure, step: string): WorkerFailure {
  const reason = kind === 'out-of-memory' || kind === 'timeout' || kind === 'exited' ? kind : begun.has(kind) ? 'killed' : 'launch-failed'
  const code = kind === 'out-of-memory' || kind === 'timeout' ? kind : 'executor-lost'
  return {
    reason,
    // SIGTERM that AWS Batch knows nothing of comes from the machine, as when it is taken away.
    infrastructure: (retryable && infrastructure.has(kind)) || (kind === 'killed' && exitCode === 143),
    ...(reason === 'launch-failed' && !retryable ? { final: true } : {}),
    error: {
      name: 'MillraceError',
      code,
      message: `Lost the step ${step}: ${message.charAt(0).toLowerCase()}${message.slice(1)} ${advice}`,
    },
  }
}
