import { formatPathspec, type RunRecord, type TaskRecord } from '@millrace/core-graph'
import type { PlannedTask } from '../schedule/schedule.ts'
import { schedulerRecord } from '../schedule/scheduler-record.ts'

/**
 * The record of a task that was not run because an earlier run had done it: it names the same artifacts, and in `origin` the task that computed them.
 * Its times are those of the work itself.
 */
export function reusedRecord(run: RunRecord, planned: PlannedTask, origin: TaskRecord): TaskRecord {
  const { startedAt, finishedAt, artifacts, transition, error } = origin
  return schedulerRecord(run, planned, {
    status: 'succeeded',
    startedAt,
    finishedAt,
    artifacts,
    ...(transition ? { transition } : {}),
    ...(error ? { error } : {}),
    // Resumed twice or more, it is still that one task which ran, and whose log there is.
    origin: origin.origin ?? formatPathspec({ flow: origin.flow, run: origin.run, step: origin.step, task: origin.task }),
  })
}
