import type { RunRecord, TaskRecord } from '@millrace/core-graph'
import type { PlannedTask } from './schedule.ts'

/** The record of an attempt that the scheduler makes itself, because no worker could. */
export function schedulerRecord(
  run: RunRecord,
  { node, task, attempt, inputs, frames }: PlannedTask,
  at: Date,
  outcome: Pick<TaskRecord, 'status' | 'artifacts' | 'error' | 'transition'>,
): TaskRecord {
  return {
    version: 1,
    flow: run.flow,
    run: run.run,
    step: node.name,
    task,
    attempt,
    startedAt: at.toISOString(),
    finishedAt: at.toISOString(),
    parents: inputs.map((input) => `${input.step}/${input.task}`),
    frames,
    ...outcome,
  }
}
