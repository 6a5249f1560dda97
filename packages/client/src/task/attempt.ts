import type { ErrorRecord, TaskRecord } from '@millrace/core-graph'
import { lengthMs } from '../run/run-life.ts'

/** One attempt at a task. */
export interface Attempt {
  /** From 0. */
  readonly attempt: number
  readonly status: TaskStatus
  /** Unknown while it runs, and where it was killed together with its run. */
  readonly startedAt: Date | undefined
  readonly finishedAt: Date | undefined
  readonly durationMs: number | undefined
  /** What it failed by; for an attempt that `catch` made succeed, what was caught. */
  readonly exception: ErrorRecord | undefined
  readonly host: string | undefined
  readonly pid: number | undefined
}

/** How a task, or an attempt at it, stands. */
export type TaskStatus = 'running' | 'succeeded' | 'failed'

/** An attempt that has its record. */
export function endedAttempt({ attempt, status, startedAt, finishedAt, error, host, pid }: TaskRecord): Attempt {
  return {
    attempt,
    status,
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt),
    durationMs: lengthMs(startedAt, finishedAt),
    exception: error,
    host,
    pid,
  }
}

/** An attempt of which only a log tells: it runs, or, in a run that has ended, will never have a record; `exception` is then why. */
export function openAttempt(attempt: number, exception: ErrorRecord | undefined): Attempt {
  const status = exception ? 'failed' : 'running'
  return { attempt, status, startedAt: undefined, finishedAt: undefined, durationMs: undefined, exception, host: undefined, pid: undefined }
}
