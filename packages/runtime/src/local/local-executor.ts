import { Readable } from 'node:stream'
import type { Executor, LogLine, ObjectStore, TaskEvent, TaskKey, TaskRecord, TaskSpec } from '@millrace/core-graph'
import { errorRecord, errorToRecord } from '../error-record.ts'
import { explainLoss, type Loss } from './loss.ts'
import { TaskLog } from './output/task-log.ts'
import { TimeLimit } from './time-limit.ts'
import { WaitingLine } from './waiting-line.ts'
import { type PooledWorker, WorkerPool } from './workers/worker-pool.ts'
import type { WorkerResult } from './workers/worker-process.ts'

const lastLinesKept = 50

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

/** Where a launch's events go; `null` ends them. */
type TaskEvents = { push(event: TaskEvent | null): void }

interface QueuedTask {
  readonly spec: TaskSpec
  readonly events: TaskEvents
  readonly ended: () => void
  cancel: (() => void) | undefined
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
    const { spec, events } = task
    const key = keyOf(spec)
    const log = new TaskLog(this.#options.store, spec, this.#options.maxLogBytes)
    const lastLines: string[] = []
    let ended: 'timeout' | 'cancelled' | undefined
    const end = (why: 'timeout' | 'cancelled'): void => {
      ended ??= why
      void worker.process.stop()
    }
    task.cancel = () => end('cancelled')
    const limit = spec.timeoutMs === undefined ? undefined : new TimeLimit(spec.timeoutMs, worker.process.loaded, () => end('timeout'))
    const { pid } = worker.process
    events.push({ kind: 'started', task: key, at: new Date(), ...(pid === undefined ? {} : { pid }) })
    const onLines = (lines: readonly LogLine[]): void => {
      const kept = log.add(lines)
      if (kept.length > 0) events.push({ kind: 'log', task: key, lines: kept })
      lastLines.push(...lines.slice(-lastLinesKept).flatMap(({ stream, text }) => (stream === 'stderr' ? text : [])))
      lastLines.splice(0, lastLines.length - lastLinesKept)
    }
    const result = await worker.process.run(spec, onLines)
    limit?.clear()
    task.cancel = undefined
    if (result.kind === 'done') {
      onLines(describeLeftOver(result).map((text) => ({ at: new Date(), stream: 'stderr', text })))
    }
    const logError = await log.close().then(
      () => undefined,
      (error: unknown) => error,
    )
    if (logError) events.push({ kind: 'log', task: key, lines: [unsaved(logError)] })
    if (result.kind === 'exit') events.push(lost(key, explainLoss({ spec, exit: result.exit, lastLines, ...(ended ? { ended } : {}) })))
    else if (result.message.committed) events.push({ kind: 'finished', task: key, record: shareRefs(result.message.record, spec) })
    else
      events.push(
        lost(key, {
          reason: 'exited',
          error: result.message.record.error ?? errorRecord('store-failed', 'The record could not be written.'),
        }),
      )
    this.#pool.giveBack(worker, result)
    task.ended()
    this.#dispatch()
  }
}

const keyOf = ({ step, task, attempt }: TaskSpec): TaskKey => ({ step, task, attempt })

function lost(task: TaskKey, loss: Loss): TaskEvent {
  return { kind: 'lost', task, at: new Date(), ...loss }
}

function unsaved(error: unknown): LogLine {
  return { at: new Date(), stream: 'stderr', text: `[this task's log could not be saved: ${errorToRecord(error).message}]` }
}

function describeLeftOver(result: Extract<WorkerResult, { kind: 'done' }>): readonly string[] {
  const { leftOver, record } = result.message
  if (leftOver.length === 0 || record.status === 'failed') return []
  return [`[the step ${record.step} ended and left work running (${leftOver.join(', ')}), which is cut off: await all that it starts]`]
}

/** A record as it came from another process, with the refs that it passes on made the very objects of its input: 10,000 records then hold each once. */
function shareRefs(record: TaskRecord, spec: TaskSpec): TaskRecord {
  const inherited = spec.join ? {} : (spec.inputs[0]?.artifacts ?? {})
  const artifacts = Object.fromEntries(
    Object.entries(record.artifacts).map(([name, ref]) => {
      const known = Object.hasOwn(inherited, name) ? inherited[name] : undefined
      return [name, known?.sha256 === ref.sha256 ? known : ref]
    }),
  )
  return { ...record, artifacts, frames: spec.frames }
}
