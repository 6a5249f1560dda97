import type { TaskSpec } from '@millrace/core-graph'
import type { WorkerFailure, WorkerJob } from './worker-jobs.ts'

/** What is known of a task that a job has not come to the end of. */
export interface OpenTask {
  /** With the attempt that comes or goes on. */
  readonly spec: TaskSpec
  /** The worker that runs it, if one has said so. */
  worker: number | undefined
}

/** What to do with a task that a job has left when it ended. */
export type LeftOver =
  /** In a new job, as it is: it was never begun, or the platform's trouble ended it. */
  { readonly kind: 'again'; readonly spec: TaskSpec } | { readonly kind: 'lost'; readonly spec: TaskSpec; readonly failure: WorkerFailure }

/** So many jobs in a row may end without one task coming to its end. */
const fruitlessJobs = 3

/** A job that was submitted: which of its tasks are not done, and which workers are there. */
export class OpenJob {
  readonly name: string
  readonly workers: number
  readonly submittedAt: Date
  /** The tasks that are not done, by id. */
  readonly tasks: Map<string, OpenTask>
  /** How many jobs before this one have had the same tasks and come to nothing. */
  readonly fruitless: number
  /** Aborted when nobody has to watch it any more. */
  readonly watching: AbortController = new AbortController()
  /** Settles when it was submitted, or could not be. */
  readonly submitted: PromiseWithResolvers<void> = Promise.withResolvers<void>()
  handle: WorkerJob | undefined
  #up = 0
  #down = 0
  #progressed = false
  #ended = false
  /** Set as soon as its end was asked for. */
  ending: Promise<void> | undefined

  constructor(options: {
    readonly name: string
    readonly workers: number
    readonly specs: readonly TaskSpec[]
    readonly fruitless: number
    readonly at: Date
  }) {
    this.name = options.name
    this.workers = options.workers
    this.fruitless = options.fruitless
    this.submittedAt = options.at
    this.tasks = new Map(options.specs.map((spec) => [spec.task, { spec, worker: undefined }]))
  }

  /** Whether nothing of it goes on. */
  get ended(): boolean {
    return this.#ended
  }

  /** Nothing of it goes on, and nobody has to watch it. */
  end(): void {
    this.#ended = true
    this.watching.abort()
  }

  /** Workers that may still come or go on. */
  get busyWorkers(): number {
    return this.#ended ? 0 : Math.max(this.workers - this.#down, 0)
  }

  /** Whether any of its workers has ever been there. */
  get begun(): boolean {
    return this.#up > 0
  }

  up(): void {
    this.#up += 1
  }

  down(): void {
    this.#down += 1
  }

  /** A task is done, or has come to another attempt here. */
  cameOn(task: string, next: TaskSpec | undefined): void {
    this.#progressed = true
    if (next) this.tasks.set(task, { spec: next, worker: undefined })
    else this.tasks.delete(task)
  }

  /** What becomes of the tasks that are left now that the job has ended, with these failures. */
  leftOvers(failures: readonly WorkerFailure[]): readonly LeftOver[] {
    const fruitless = this.#progressed ? 0 : this.fruitless + 1
    const [first = vanished] = failures
    return [...this.tasks.values()].map(({ spec, worker }): LeftOver => {
      const failure = failures.find((each) => each.worker === worker && worker !== undefined) ?? first
      const mayGoOn = fruitless < fruitlessJobs && (failure.reason !== 'launch-failed' || failure.infrastructure)
      if (mayGoOn && (worker === undefined || failure.infrastructure)) return { kind: 'again', spec }
      return { kind: 'lost', spec, failure }
    })
  }

  /** For a job that takes over what this one has left. */
  get fruitlessAfter(): number {
    return this.#progressed ? 0 : this.fruitless + 1
  }
}

/** Every worker ended well, and yet a task was left. */
const vanished: WorkerFailure = {
  reason: 'exited',
  infrastructure: true,
  error: {
    name: 'MillraceError',
    code: 'executor-lost',
    message:
      'Lost the task: its job has ended, and left no word of it. Run it again; if it happens again, look at the job in the console of AWS Batch.',
  },
}
