import { createHash } from 'node:crypto'
import type { JobAddress, WorkerAddress } from '../job-keys.ts'
import type { ManifestPlace } from '../manifest/manifest-reader.ts'

/** All that a container is told: where its code and its job's manifest are. It fits in 1 kB, whatever the width of the step. */
export interface WorkerTask extends JobAddress, ManifestPlace {
  /** The datastore. */
  readonly root: string
  /** The code package, as its bootstrap reads it. */
  readonly code: string
  /** The most that is kept of a task's stdout, and of its stderr. */
  readonly maxLogBytes: number
}

/** A worker's task as the environment of its container. */
export function encodeWorkerTask({ code, ...task }: WorkerTask): Readonly<Record<string, string>> {
  return { MILLRACE_CODE: code, MILLRACE_WORKER: JSON.stringify(task) }
}

/** What a container knows of its task. */
export interface WorkerTaskHere extends Omit<WorkerTask, 'code'> {
  /** The container's memory, where whoever submitted the job has told. */
  readonly memoryMiB: number | undefined
}

/** Who a container is: from what {@link encodeWorkerTask} gave it, and what AWS Batch says of the job. @throws Error where it was started by something else. */
export function readWorkerTask(environment: NodeJS.ProcessEnv): { readonly task: WorkerTaskHere; readonly me: WorkerAddress } {
  const {
    MILLRACE_WORKER: text,
    AWS_BATCH_JOB_ID: id,
    AWS_BATCH_JOB_ARRAY_INDEX: index = '0',
    AWS_BATCH_JOB_ATTEMPT: attempt = '1',
  } = environment
  if (text === undefined || id === undefined)
    throw new Error(
      'Could not start a worker: MILLRACE_WORKER and AWS_BATCH_JOB_ID are not set. It is started by AWS Batch, when a flow is run --with batch.',
    )
  const memoryMiB = Number(environment.MILLRACE_MEMORY_MB) || undefined
  const task: WorkerTaskHere = { ...(JSON.parse(text) as Omit<WorkerTask, 'code'>), memoryMiB }
  const submission = createHash('sha256').update(id.replace(/:\d+$/, '')).digest('hex').slice(0, 8)
  const { flow, run, job } = task
  return { task, me: { flow, run, job, worker: Number(index), submission, incarnation: Number(attempt) } }
}
