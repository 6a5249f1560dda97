import type { Graph, GraphNode, SplitFrame, TaskRecord } from '@millrace/core-graph'
import type { PlannedTask } from '../schedule/schedule.ts'

/** What is taken over, and from where. */
export interface ReuseOptions {
  /** Today's graph, which may differ from the one that the origin ran by. */
  readonly graph: Graph
  /** The latest record of each task of the run that is taken over from. */
  readonly records: readonly TaskRecord[]
  /** The step from which everything runs again. Default: all that succeeded is reused. */
  readonly from?: string
}

/**
 * Which tasks of a new run need not run, because an earlier run has done the same work: pure, it reads and writes nothing.
 *
 * A task is reused where the task in the same place (the same step, in the same branches and items, at the same turn of a loop) succeeded in the origin,
 * everything that it started from is reused too, and it went where today's graph can go.
 */
export class Reuse {
  readonly #options: ReuseOptions
  /** The succeeded records of each place, in the order of a loop's turns. */
  readonly #found = new Map<string, TaskRecord[]>()
  /** How often a place has been planned: the turn that a loop is at. */
  readonly #turns = new Map<string, number>()
  readonly #reused = new Set<string>()

  constructor(options: ReuseOptions) {
    this.#options = options
    for (const record of options.records.toSorted((left, right) => Number(left.task) - Number(right.task))) {
      const place = placeOf(record.step, record.frames)
      const turns = this.#found.get(place)
      if (turns) turns.push(record)
      else this.#found.set(place, [record])
    }
  }

  /** The origin's record that a planned task can take over, and `undefined` where it must run. Call it once for each, in the order of planning. */
  take({ node, task, inputs, frames }: PlannedTask): TaskRecord | undefined {
    const place = placeOf(node.name, frames)
    const turn = this.#turns.get(place) ?? 0
    this.#turns.set(place, turn + 1)
    if (node.name === this.#options.from || !inputs.every((input) => this.#reused.has(input.task))) return undefined
    const record = this.#found.get(place)?.[turn]
    if (record?.status !== 'succeeded' || !this.#leadsOn(record, node)) return undefined
    this.#reused.add(task)
    return record
  }

  /** Whether what the task did at its end is something that the step can still do. */
  #leadsOn({ transition }: TaskRecord, node: GraphNode): boolean {
    if (!transition) return node.targets.length === 0
    if (!transition.targets.every((target) => node.targets.includes(target))) return false
    if (transition.kind === 'linear') return node.kind === 'linear' || node.kind === 'switch'
    if (transition.kind !== node.kind) return false
    return node.kind === 'foreach' || sameNames(transition.targets, node.targets)
  }
}

/** A task's place in a flow, the same in every run. The ids of tasks are no part of it. */
function placeOf(step: string, frames: readonly SplitFrame[]): string {
  return [step, ...frames.map((frame) => `${frame.step}:${frame.branch}:${frame.index}`)].join('/')
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index])
}
