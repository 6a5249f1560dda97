import type { TaskSpec } from '@millrace/core-graph'
import type { Launch } from './launches.ts'

/** A task that waits for a job. */
export interface WaitingTask {
  readonly spec: TaskSpec
  readonly launch: Launch
  /** How many jobs with it have come to nothing. */
  readonly fruitless: number
}

/** How much room there is. */
export interface Room {
  /** Workers at a time, at most. */
  readonly most: number
  /** Those that there are. */
  readonly busy: number
}

/** Tasks that wait for a job, in the order in which they came. */
export class WaitingTasks {
  readonly #factorOf: (spec: TaskSpec) => number
  #tasks: WaitingTask[] = []

  constructor(factorOf: (spec: TaskSpec) => number) {
    this.#factorOf = factorOf
  }

  get length(): number {
    return this.#tasks.length
  }

  push(tasks: readonly WaitingTask[]): void {
    this.#tasks = [...this.#tasks, ...tasks]
  }

  /** Lets go of the tasks of a launch. */
  drop(launch: Launch): void {
    this.#tasks = this.#tasks.filter((task) => task.launch !== launch)
  }

  /**
   * Takes the tasks that can be one job with the first, and how many workers it gets; `undefined` where nothing waits, or there is too little room:
   * half of all workers at least, or as many as there are tasks, so that a wide step does not get two of a thousand because the others end a moment later.
   */
  take({ most, busy }: Room): { readonly tasks: readonly WaitingTask[]; readonly workers: number } | undefined {
    const [first] = this.#tasks
    if (!first) return undefined
    const { in: tasks = [], out: rest = [] } = Object.groupBy(this.#tasks, (task) => (this.#isAlike(first, task) ? 'in' : 'out'))
    const free = most - busy
    if (busy > 0 && free < Math.min(tasks.length, Math.ceil(most / 2))) return undefined
    this.#tasks = rest
    return { tasks, workers: Math.min(tasks.length, free) }
  }

  #isAlike(one: WaitingTask, other: WaitingTask): boolean {
    const { spec, launch, fruitless } = other
    return (
      one.launch.signal === launch.signal &&
      one.spec.flow === spec.flow &&
      one.spec.run === spec.run &&
      one.spec.step === spec.step &&
      one.fruitless === fruitless &&
      this.#factorOf(one.spec) === this.#factorOf(spec)
    )
  }
}
