import type { RunRecord, TaskRecord } from '@millrace/core-graph'
import type { PlannedTask } from './schedule.ts'

/** What a plan says of a record. */
type Planned = 'version' | 'flow' | 'run' | 'step' | 'task' | 'attempt' | 'parents' | 'frames'

/** The record of an attempt that the scheduler makes itself, because no worker could or had to. */
export function schedulerRecord(
  run: RunRecord,
  { node, task, attempt, inputs, frames }: PlannedTask,
  outcome: Omit<TaskRecord, Planned>,
): TaskRecord {
  return {
    version: 1,
    flow: run.flow,
    run: run.run,
    step: node.name,
    task,
    attempt,
    parents: inputs.map((input) => `${input.step}/${input.task}`),
    frames,
    ...outcome,
  }
}
