import type { ErrorRecord, LogLine, RunRecord, TaskKey, TaskRecord } from '@millrace/core-graph'
import type { AfterFailure } from '../schedule/step-policy.ts'

interface AtTask extends TaskKey {
  readonly at: Date
  /** The process that runs it, where it is on this machine. */
  readonly pid?: number
}

/** What happens during a run, in the order in which it happened. */
export type RunEvent =
  | { readonly kind: 'run-started'; readonly at: Date; readonly run: RunRecord }
  | ({ readonly kind: 'task-started' } & AtTask)
  | ({ readonly kind: 'task-finished'; readonly record: TaskRecord } & AtTask)
  | ({ readonly kind: 'task-failed'; readonly error: ErrorRecord; readonly next: AfterFailure } & AtTask)
  /** It took over what the task `record.origin` has done, and did not run. */
  | { readonly kind: 'task-reused'; readonly at: Date; readonly record: TaskRecord }
  | {
      readonly kind: 'foreach'
      readonly at: Date
      readonly step: string
      readonly task: string
      readonly target: string
      readonly count: number
    }
  | ({ readonly kind: 'log'; readonly lines: readonly LogLine[] } & Omit<AtTask, 'at'>)
  | ({ readonly kind: 'progress'; readonly at: Date } & StepProgress)
  | { readonly kind: 'stopping'; readonly at: Date; readonly reason: string; readonly running: number }
  | { readonly kind: 'run-finished'; readonly at: Date; readonly run: RunRecord }

/** How far the tasks of one foreach step have come. */
export interface StepProgress {
  readonly step: string
  readonly total: number
  readonly done: number
  readonly running: number
  readonly failed: number
  readonly queued: number
}
