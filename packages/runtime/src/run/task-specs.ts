import type { RunRecord, TaskSpec } from '@millrace/core-graph'
import type { PlannedTask } from '../schedule/schedule.ts'
import type { StepPolicy } from './step-policy.ts'

/** What is the same for every task of a run. */
export interface SpecContext {
  readonly run: RunRecord
  readonly root: string
  readonly durable: boolean
  readonly maxNumSplits: number
  readonly policyOf: (step: string) => StepPolicy
}

/** All that a worker must know to run a planned task. */
export function specOf(
  { node, task, attempt, inputs, frames }: PlannedTask,
  { run, root, durable, maxNumSplits, policyOf }: SpecContext,
): TaskSpec {
  const { timeoutMs, environment, catch: caught } = policyOf(node.name)
  return {
    flow: run.flow,
    run: run.run,
    root,
    ...(durable ? { durable } : {}),
    step: node.name,
    task,
    attempt,
    inputs,
    join: node.join,
    targets: node.targets,
    reads: [...node.reads],
    inputReads: [...node.inputReads],
    frames,
    parameters: run.parameters,
    maxNumSplits,
    tags: [...run.tags, ...run.systemTags],
    namespace: run.namespace,
    username: run.user,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(environment ? { environment } : {}),
    ...(caught === undefined ? {} : { catch: caught }),
    ...(run.originRunId === undefined ? {} : { originRunId: run.originRunId }),
  }
}
