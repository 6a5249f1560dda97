import type { ArtifactTable, ErrorRecord, SplitFrame, TaskRecord } from './record.ts'

/** Names one attempt at one task within a run. */
export interface TaskKey {
  readonly step: string
  readonly task: string
  /** From 0. */
  readonly attempt: number
}

/** A finished task whose artifacts another one starts from. */
export interface TaskInput {
  readonly step: string
  readonly task: string
  readonly artifacts: ArtifactTable
  /** The split that a join closes, as this input was in it. */
  readonly frame?: SplitFrame
}

/**
 * The further attempts that a failed task has. The scheduler decides about each; an executor that runs a task far away may go ahead by the same rule, and tells of every
 * attempt all the same.
 */
export interface RetryPlan {
  /** Attempts after the first. */
  readonly times: number
  /** The wait after attempt 0; the one after attempt n is `backoff ** n` times as long, and none is longer than `maxDelayMs`. */
  readonly delayMs: number
  readonly backoff: number
  readonly maxDelayMs: number
  /** What the memory is multiplied by after an attempt that ran out of it, where the executor gives memory. */
  readonly memoryFactor?: number
}

/** All that a worker must know to run one attempt at one task: no reads but of the blobs that the body names. */
export interface TaskSpec extends TaskKey {
  readonly flow: string
  readonly run: string
  /** The datastore, as a URL. */
  readonly root: string
  /** Whether every commit must survive a power cut. Default `false`. */
  readonly durable?: boolean
  /** One for a step, all of them in order for a join, none for `start`. */
  readonly inputs: readonly TaskInput[]
  readonly join: boolean
  /** Where its `this.next` may go; empty where the flow ends. */
  readonly targets: readonly string[]
  /** Artifacts to load before the body starts: of `this`, and for a join of its inputs. Others load on access. */
  readonly reads: readonly string[]
  readonly inputReads: readonly string[]
  /** The open splits, outermost first. */
  readonly frames: readonly SplitFrame[]
  readonly parameters: ArtifactTable
  readonly maxNumSplits: number
  readonly timeoutMs?: number
  /** Absent where a failed attempt is the last. */
  readonly retry?: RetryPlan
  /** The artifact that would take an error: unset when the attempt succeeds. */
  readonly catch?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly originRunId?: string
  readonly tags: readonly string[]
  readonly namespace: string
  readonly username: string
}

/** One line that a task wrote. */
export interface LogLine {
  readonly at: Date
  readonly stream: 'stdout' | 'stderr'
  /** Without its newline. */
  readonly text: string
}

/** Why an attempt ended without a record of its own. */
export type LossReason = 'exited' | 'killed' | 'out-of-memory' | 'timeout' | 'cancelled' | 'launch-failed'

/** What an executor tells about its tasks. For one attempt: `started`, any number of `log`, then one of `finished` and `lost`. */
export type TaskEvent =
  | { readonly kind: 'started'; readonly task: TaskKey; readonly at: Date; readonly pid?: number }
  | { readonly kind: 'log'; readonly task: TaskKey; readonly lines: readonly LogLine[] }
  | { readonly kind: 'finished'; readonly task: TaskKey; readonly record: TaskRecord }
  | {
      readonly kind: 'lost'
      readonly task: TaskKey
      readonly at: Date
      readonly reason: LossReason
      readonly error: ErrorRecord
      /** Trying it again is of no use, or the task has asked not to be. */
      readonly final?: boolean
    }

/**
 * Where tasks run.
 *
 * An implementer keeps these promises, which the suite in `@millrace/core-graph/testing` proves: every launched task ends in exactly one `finished` or `lost`;
 * a `finished` task's record can be read from the datastore by anyone; after `close` settles, nothing that it started is running.
 */
export interface Executor {
  readonly name: string
  /**
   * Runs `tasks`, as many at a time as the executor allows, and yields what happens to them; ends when all have ended.
   * It may be called again while earlier launches go on. Aborting `signal` ends these tasks, each with a `lost` event of reason `cancelled`.
   */
  launch(tasks: readonly TaskSpec[], signal: AbortSignal): AsyncIterable<TaskEvent>
  /** Ends everything it started: SIGTERM, then SIGKILL after 5 s, or the remote equal. Idempotent. */
  close(reason: string): Promise<void>
}
