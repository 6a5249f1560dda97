import type { ErrorRecord, TaskRecord, TaskSpec } from '@millrace/core-graph'

/** What the scheduler's process tells a worker. */
export type ToWorker =
  /** Runs one task. `fence` ends the task's output on stdout and stderr. */
  { readonly kind: 'run'; readonly spec: TaskSpec; readonly fence: string } | { readonly kind: 'stop' }

/** What a worker tells the scheduler's process. */
export type FromWorker =
  /** The flow's module is loaded: the first task begins. */
  | { readonly kind: 'loaded' }
  | {
      readonly kind: 'done'
      readonly record: TaskRecord
      /** Whether the record is in the datastore. */
      readonly committed: boolean
      /** What the task left running; such a worker runs no further task. */
      readonly leftOver: readonly string[]
      /** Whether the end of the task's output could be marked on each stream. */
      readonly fenced: { readonly stdout: boolean; readonly stderr: boolean }
      readonly residentBytes: number
    }
  /** The flow's module could not be loaded. */
  | { readonly kind: 'unusable'; readonly error: ErrorRecord }
