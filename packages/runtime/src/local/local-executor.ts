import { Readable } from 'node:stream'
import type { Executor, ObjectStore, TaskEvent, TaskSpec } from '@millrace/core-graph'
import { errorRecord } from '../error-record.ts'
import { keyOf, type LocalTask, runInWorker } from './run-in-worker.ts'
import { WaitingLine } from './waiting-line.ts'
import { type PooledWorker, WorkerPool } from './workers/worker-pool.ts'

/** What local tasks run with. */
export interface LocalExecutorOptions {
  readonly store: ObjectStore
  /** The module that defines the flow, as a URL. */
  readonly moduleUrl: string
  readonly flow: string
  /** Tasks at a time. */
  readonly maxWorkers: number
  /** A new process for every task. Default `false`. */
  readonly isolate?: boolean
  /** The most that is kept of a task's stdout, and of its stderr. */
  readonly maxLogBytes: number
}

interface QueuedTask extends LocalTask {
  readonly ended: () => void
}

/** Runs tasks in warm worker processes on this machine, in the order in which they were launched. */
export class LocalExecutor implements Executor {
  readonly name = 'local'
  readonly #options: LocalExecutorOptions
  readonly #pool: WorkerPool
  readonly #waiting = new WaitingLine<QueuedTask>()
  #closed = false

  constructor(options: LocalExecutorOptions) {
    this.#options = options
    const { moduleUrl, flow, maxWorkers, isolate = false } = options
    this.#pool = new WorkerPool({ moduleUrl, flow, maxWorkers, isolate })
  }

  /** Starts the first worker before there is a task for it. */
  warm(): void {
    this.#pool.warm()
  }

  launch(specs: readonly TaskSpec[], signal: AbortSignal): AsyncIterable<TaskEvent> {
    const events = new Readable({ objectMode: true, read: () => {} })
    // What has ended is let go of: a launch may have ten thousand tasks.
    const open = new Set<QueuedTask>()
    const cancel = (): void => this.#cancel(open)
    for (const spec of specs) {
      const task: QueuedTask = {
        spec,
        events,
        cancel: undefined,
        ended: () => {
          open.delete(task)
          if (open.size > 0) return
          signal.removeEventListener('abort', cancel)
          events.push(null)
        },
      }
      open.add(task)
    }
    if (open.size === 0) events.push(null)
    this.#waiting.push(open)
    if (signal.aborted || this.#closed) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
    this.#dispatch()
    return events
  }

  async close(_reason: string): Promise<void> {
    this.#closed = true
    this.#drop(() => true)
    await this.#pool.close()
  }

  #dispatch(): void {
    while (this.#pool.hasRoom) {
      const task = this.#waiting.shift()
      if (!task) return
      void this.#run(task, this.#pool.take(task.spec.environment))
    }
  }

  /** Ends tasks: those that wait are lost at once, those that run when their process has ended. */
  #cancel(tasks: ReadonlySet<QueuedTask>): void {
    this.#drop((task) => tasks.has(task))
    for (const task of tasks) task.cancel?.()
  }

  /** Takes tasks out of the line; they are lost. */
  #drop(test: (task: QueuedTask) => boolean): void {
    for (const task of this.#waiting.remove(test)) {
      const error = errorRecord('cancelled', `Did not start the step ${task.spec.step} because its run was stopped.`)
      task.events.push({ kind: 'lost', task: keyOf(task.spec), at: new Date(), reason: 'cancelled', error })
      task.ended()
    }
  }

  async #run(task: QueuedTask, worker: PooledWorker): Promise<void> {
    const result = await runInWorker(task, worker.process, this.#options)
    this.#pool.giveBack(worker, result)
    task.ended()
    this.#dispatch()
  }
}
