import {
  type ArtifactRef,
  type Graph,
  type GraphNode,
  MillraceError,
  type SplitFrame,
  type TaskInput,
  type TaskRecord,
} from '@millrace/core-graph'

/** One item of a foreach, as its parent stored it. */
export interface StoredItem {
  readonly ref: ArtifactRef
  /** At most 30 characters. */
  readonly label: string
}

/** A task that can start now. */
export interface PlannedTask {
  readonly node: GraphNode
  readonly task: string
  readonly attempt: number
  readonly inputs: readonly TaskInput[]
  readonly frames: readonly SplitFrame[]
}

/** A join that waits for the rest of its inputs. */
interface OpenJoin {
  readonly inputs: (TaskInput | undefined)[]
  missing: number
}

/**
 * Which tasks can start, decided from the graph and from what has finished. It does no I/O and knows no time.
 *
 * Every split pushes a frame on the way to its branches, and a join pops it; the inputs of a join are the tasks whose popped frame
 * names the same splitting task, so nested splits, switches within a branch and loops need no rule of their own.
 * Task ids count from 1 in the order of planning. Time and memory per task do not grow with the width.
 */
export class Schedule {
  readonly #graph: Graph
  readonly #joins = new Map<string, OpenJoin>()
  #lastTask = 0
  #ended = false

  constructor(graph: Graph) {
    this.#graph = graph
  }

  /** Whether the flow has come to its end. */
  get ended(): boolean {
    return this.#ended
  }

  /** How many tasks have been planned. */
  get planned(): number {
    return this.#lastTask
  }

  /** The first task. */
  begin(): PlannedTask {
    return this.#plan('start', [], [])
  }

  /** The same task once more, after its latest attempt failed. */
  again(task: PlannedTask): PlannedTask {
    return { ...task, attempt: task.attempt + 1 }
  }

  /**
   * What can start because a task succeeded. `items` are those of its foreach, in order.
   *
   * @throws MillraceError `invalid-transition` if the record goes where the graph does not.
   */
  succeeded(record: TaskRecord, items: readonly StoredItem[] = []): readonly PlannedTask[] {
    const { transition } = record
    const node = this.#node(record.step)
    if (!transition) {
      if (node.targets.length > 0) throw invalid(record, 'it ended without this.next')
      this.#ended = true
      return []
    }
    for (const target of transition.targets) {
      if (!node.targets.includes(target))
        throw invalid(record, `it went on to ${JSON.stringify(target)}, and its source leads to ${node.targets.join(', ')}`)
    }
    const source: TaskInput = { step: record.step, task: record.task, artifacts: record.artifacts }
    const [first] = transition.targets
    if (transition.kind === 'linear' && first !== undefined) return this.#advance(source, record.frames, first)
    if (transition.kind === 'foreach') {
      return items.flatMap((_item, index) =>
        this.#advance(source, [...record.frames, foreachFrame(record, transition.targets[0], index, items)], transition.targets[0]),
      )
    }
    return transition.targets.flatMap((target, index) => {
      const frame: SplitFrame = {
        kind: 'split',
        step: record.step,
        task: record.task,
        branch: target,
        index,
        count: transition.targets.length,
      }
      return this.#advance(source, [...record.frames, frame], target)
    })
  }

  #advance(source: TaskInput, frames: readonly SplitFrame[], target: string): PlannedTask[] {
    if (!this.#node(target).join) return [this.#plan(target, [source], frames)]
    const frame = frames.at(-1)
    if (!frame)
      throw new MillraceError('invalid-graph', `Could not start the join ${target}: no split is open on the way to it.`, {
        subject: target,
      })
    const key = `${target}/${frame.task}`
    const open = this.#joins.get(key) ?? { inputs: new Array<TaskInput | undefined>(frame.count).fill(undefined), missing: frame.count }
    if (open.inputs[frame.index])
      throw new MillraceError('invalid-graph', `Could not start the join ${target}: branch ${frame.branch} came to it twice.`, {
        subject: target,
      })
    open.inputs[frame.index] = { ...source, frame }
    open.missing -= 1
    this.#joins.set(key, open)
    if (open.missing > 0) return []
    this.#joins.delete(key)
    return [this.#plan(target, open.inputs as TaskInput[], frames.slice(0, -1))]
  }

  #plan(step: string, inputs: readonly TaskInput[], frames: readonly SplitFrame[]): PlannedTask {
    this.#lastTask += 1
    return { node: this.#node(step), task: String(this.#lastTask), attempt: 0, inputs, frames }
  }

  #node(step: string): GraphNode {
    const node = this.#graph.nodes.get(step)
    if (!node)
      throw new MillraceError('invalid-graph', `The flow ${this.#graph.flow} has no step ${JSON.stringify(step)}.`, { subject: step })
    return node
  }
}

function foreachFrame(record: TaskRecord, branch: string, index: number, items: readonly StoredItem[]): SplitFrame {
  const item = items[index] as StoredItem
  return { kind: 'foreach', step: record.step, task: record.task, branch, index, count: items.length, item: item.ref, label: item.label }
}

function invalid(record: TaskRecord, why: string): MillraceError {
  const subject = `${record.step}/${record.task}`
  return new MillraceError('invalid-transition', `Could not go on after ${subject}: ${why}.`, { subject })
}
