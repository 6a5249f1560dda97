import { hostname } from 'node:os'
import type { TaskEvent, TaskRecord, TaskSpec } from '@millrace/core-graph'

/** The record of an attempt that ended without one of its own. */
export function lostRecord(spec: TaskSpec, event: Extract<TaskEvent, { kind: 'lost' }>, startedAt: Date): TaskRecord {
  return {
    version: 1,
    flow: spec.flow,
    run: spec.run,
    step: spec.step,
    task: spec.task,
    attempt: spec.attempt,
    status: 'failed',
    startedAt: startedAt.toISOString(),
    finishedAt: event.at.toISOString(),
    artifacts: {},
    parents: spec.inputs.map(({ step, task }) => `${step}/${task}`),
    frames: spec.frames,
    error: event.error,
    host: hostname(),
  }
}
