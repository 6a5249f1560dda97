import type { TaskKey } from '@millrace/core-graph'
import type { PlannedTask } from '../schedule/schedule.ts'

/** A task that has been launched, waits for its retry, or is being taken over. */
export interface OpenTask {
  readonly planned: PlannedTask
  started: boolean
  pid: number | undefined
}

/** The tasks of a run that have not ended, and word of when there are none. */
export class OpenTasks {
  readonly #tasks = new Map<string, OpenTask>()
  readonly #allEnded = Promise.withResolvers<void>()

  /** Opens tasks, or opens them anew for a further attempt. */
  open(planned: Iterable<PlannedTask>): void {
    for (const task of planned) this.#tasks.set(task.task, { planned: task, started: false, pid: undefined })
  }

  get(task: string): OpenTask | undefined {
    return this.#tasks.get(task)
  }

  /** The open task, if this attempt is its present one. */
  at({ task, attempt }: TaskKey): OpenTask | undefined {
    const open = this.#tasks.get(task)
    return open?.planned.attempt === attempt ? open : undefined
  }

  end(task: string): void {
    this.#tasks.delete(task)
    if (this.#tasks.size === 0) this.#allEnded.resolve()
  }

  /** How many run, beside one. */
  runningBeside(one: OpenTask | undefined): number {
    return [...this.#tasks.values()].filter((task) => task !== one && task.started).length
  }

  /** Settles when none is open; at once if none is now. */
  async whenAllEnded(): Promise<void> {
    if (this.#tasks.size > 0) await this.#allEnded.promise
  }
}
