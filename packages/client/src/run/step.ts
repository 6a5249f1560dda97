import { enumerate } from '@millrace/core-graph'
import type { UnknownArtifacts } from '../artifact/artifacts-of.ts'
import { Listing } from '../listing.ts'
import { notFound } from '../lookup-errors.ts'
import { Task } from '../task/task.ts'
import { readTaskStates } from '../task/task-states.ts'
import type { RunScope } from './run-scope.ts'

/** A step of a run. Knowing of it costs nothing, and does not mean that any task of it has begun. */
export class Step<Data = UnknownArtifacts> {
  readonly name: string
  /** `Squares/3/compute` */
  readonly pathspec: string
  readonly #scope: RunScope

  constructor(scope: RunScope, name: string) {
    this.name = name
    this.pathspec = `${scope.flow}/${scope.run}/${name}`
    this.#scope = scope
  }

  /**
   * Its tasks, the newest first, by number: those that have ended, and those that run and have printed something.
   * One listing, and one get for each attempt that has ended.
   */
  tasks(): Listing<Task<Data>> {
    const { context, flow, run } = this.#scope
    return new Listing(
      async function* (this: Step<Data>) {
        for (const state of (await readTaskStates(context, { flow, run, step: this.name })).toReversed())
          yield new Task<Data>(this.#scope, state)
      }.bind(this),
    )
  }

  /**
   * The task of this number; without one the newest, which is the only one where the step is outside a foreach and a loop.
   *
   * @throws MillraceError `not-found` that names the tasks that there are.
   */
  async task(id?: string | number): Promise<Task<Data>> {
    const { context, flow, run } = this.#scope
    if (id === undefined) {
      const newest = await this.tasks().first()
      if (newest) return newest
      throw notFound(`a task of ${this.pathspec}`, await this.#describe())
    }
    const [state] = await readTaskStates(context, { flow, run, step: this.name, task: String(id) })
    if (state) return new Task(this.#scope, state)
    throw notFound(`${this.pathspec}/${id}`, await this.#describe())
  }

  async #describe(): Promise<string> {
    const { context, flow, run } = this.#scope
    const states = await readTaskStates(context, { flow, run })
    const here = states.filter(({ step }) => step === this.name)
    if (here.length > 0) return `Its tasks are ${enumerate(here.map(({ task }) => task))}.`
    const steps = [...new Set(states.map(({ step }) => step))]
    return steps.length === 0 ? 'The run has no tasks yet.' : `The steps that have tasks are ${enumerate(steps)}.`
  }
}
