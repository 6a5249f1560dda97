import type { GraphNode, RunRecord, TaskSpec } from '@millrace/core-graph'
import type { PlannedTask } from './schedule.ts'
import type { StepPolicy } from './step-policy.ts'

/** What the tasks of a run have in common. */
export interface SpecContext {
  readonly run: RunRecord
  readonly root: string
  readonly durable: boolean
  readonly maxNumSplits: number
  readonly policyOf: (step: string) => StepPolicy
}

/** Makes specs for a run's tasks. What the tasks of a step share is made once and shared: a foreach may have ten thousand. */
export class TaskSpecs {
  readonly #context: SpecContext
  readonly #shared = new Map<GraphNode, Omit<TaskSpec, 'task' | 'attempt' | 'inputs' | 'frames'>>()

  constructor(context: SpecContext) {
    this.#context = context
  }

  /** All that a worker must know to run a planned task. */
  specOf({ node, task, attempt, inputs, frames }: PlannedTask): TaskSpec {
    const shared = this.#shared.get(node) ?? this.#sharedOf(node)
    this.#shared.set(node, shared)
    return { ...shared, task, attempt, inputs, frames }
  }

  #sharedOf(node: GraphNode): Omit<TaskSpec, 'task' | 'attempt' | 'inputs' | 'frames'> {
    const { run, root, durable, maxNumSplits, policyOf } = this.#context
    const { timeoutMs, environment, retry, catch: caught } = policyOf(node.name)
    return {
      flow: run.flow,
      run: run.run,
      root,
      step: node.name,
      join: node.join,
      targets: node.targets,
      reads: [...node.reads],
      inputReads: [...node.inputReads],
      parameters: run.parameters,
      maxNumSplits,
      tags: [...run.tags, ...run.systemTags],
      namespace: run.namespace,
      username: run.user,
      ...(durable ? { durable } : {}),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(retry.times > 0 ? { retry } : {}),
      ...(environment ? { environment } : {}),
      ...(caught === undefined ? {} : { catch: caught }),
      ...(run.originRunId === undefined ? {} : { originRunId: run.originRunId }),
    }
  }
}
