import type { Clock, ObjectStore, TaskKey, TaskRecord, TaskSpec } from '@millrace/core-graph'
import type { WorkerJobs } from './jobs/worker-jobs.ts'

/** What tasks on AWS Batch run with. */
export interface FlowExecutorOptions {
  readonly store: ObjectStore
  readonly jobs: WorkerJobs
  readonly clock: Clock
  /** Containers at a time. Default 1,000. */
  readonly maxWorkers?: number
  /** The most that is kept of a task's stdout, and of its stderr. */
  readonly maxLogBytes: number
  /** How long a job may wait in its queue. Default: without end. */
  readonly maxQueueMs?: number
  /** Reads the record of an attempt. */
  readonly readRecord: (address: TaskKey & Pick<TaskSpec, 'flow' | 'run'>) => Promise<TaskRecord | undefined>
  /** Sends the code package, once, and gives what the containers are told of it. */
  readonly sendCode: (spec: Pick<TaskSpec, 'flow' | 'root'>, signal: AbortSignal) => Promise<string>
  /** Called once, when everything has ended: whoever made {@link FlowExecutorOptions.jobs} ends what it has opened. */
  readonly onClose?: () => Promise<void>
  /** Told in a sentence of what a user should know: which job was submitted for what, why one waits, which have not ended. */
  readonly onNote: (text: string) => void
}
