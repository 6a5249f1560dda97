import type { Clock, Executor, ObjectStore, RunRecord, TaskEvent, TaskRecord, TaskSpec } from '@millrace/core-graph'
import { type Taken, WorkList } from '../claims/work-list.ts'
import { EventWriter } from '../events/event-writer.ts'
import { encodeEvent, type WorkerEvent } from '../events/worker-event.ts'
import type { WorkerAddress } from '../job-keys.ts'
import { type ManifestPlace, ManifestReader } from '../manifest/manifest-reader.ts'
import { retryInPlace } from '../retry-in-place.ts'
import { lostRecord } from './lost-record.ts'
import { RunLease } from './run-lease.ts'
import { WorkerLife } from './worker-life.ts'

/** Tasks are claimed at once for about this much work. */
const aheadMs = 1_000
const mostAhead = 32

/** What a worker needs of the datastore beside its own objects. */
export interface WorkerRecords {
  /** The record of the task's latest attempt. */
  latest(spec: TaskSpec): Promise<TaskRecord | undefined>
  /** Writes a record where the attempt has none. */
  commit(record: TaskRecord): Promise<boolean>
  /** The run's record. */
  run(spec: Pick<TaskSpec, 'flow' | 'run'>): Promise<RunRecord | undefined>
}

/** What a worker works with. */
export interface WorkerOptions {
  readonly store: ObjectStore
  readonly me: WorkerAddress
  readonly manifest: ManifestPlace
  /** Runs one task at a time, in a process of its own. The worker closes it. */
  readonly executor: Executor
  readonly records: WorkerRecords
  readonly clock: Clock
  /** Aborting it ends the worker: the task that runs is ended, what it wrote is kept, and it may be run again. */
  readonly signal: AbortSignal
}

/** How a worker ended: with everything done; with tasks that failed for good; because it was told to; because its run is over. */
export type WorkerOutcome = { readonly kind: 'done' | 'failed' | 'stopped' } | { readonly kind: 'run-over'; readonly why: string }

/**
 * Goes through a job's manifest: its own slice, then what others have left, then what dead workers had begun. A failed task is tried again here, in a new process, as its
 * `retry` says; what ends a task is in the datastore before it is told. Settles when nothing is left and everything is told.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerOutcome> {
  const worker = new Worker(options)
  try {
    return await worker.run()
  } finally {
    await options.executor.close('the worker has ended')
  }
}

interface Retry {
  readonly spec: TaskSpec
  readonly dueAt: number
}

class Worker {
  readonly #options: WorkerOptions
  readonly #writer: EventWriter
  readonly #stop = new AbortController()
  readonly #startedAt = new Map<string, Date>()
  #retries: Retry[] = []
  #failed = false
  #over: string | undefined
  #meanMs: number | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#writer = new EventWriter({ ...options, workers: options.manifest.workers })
  }

  async run(): Promise<WorkerOutcome> {
    const { store, me, manifest, signal, clock, records } = this.#options
    const lease = new RunLease(clock)
    const [run, reader] = await Promise.all([records.run(me), ManifestReader.open(store, me, manifest)])
    const over = lease.check(run)
    if (over !== undefined || !reader) return { kind: 'run-over', why: over ?? 'its manifest is gone' }
    const stop = (): void => this.#stop.abort()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    this.#tell({ kind: 'up', at: clock.now() }, { patient: true })
    const life = new WorkerLife({ store, me, clock, records, lease, onOver: (why) => this.#end(why) })
    try {
      await this.#work(reader)
    } finally {
      signal.removeEventListener('abort', stop)
      await life.stop()
    }
    this.#tell({ kind: 'down', at: clock.now() })
    await this.#writer.close()
    await life.leave()
    if (this.#over !== undefined) return { kind: 'run-over', why: this.#over }
    if (signal.aborted) return { kind: 'stopped' }
    return { kind: this.#failed ? 'failed' : 'done' }
  }

  async #work(reader: ManifestReader): Promise<void> {
    const { store, me, manifest } = this.#options
    const list = new WorkList(store, me, { workers: manifest.workers, count: reader.count })
    let next: Promise<readonly Taken[]> | undefined
    while (!this.#stop.signal.aborted) {
      const taken = await (next ?? list.take(1))
      const ahead = this.#ahead()
      // While short tasks run, the next ones are claimed already.
      next = taken.length > 0 && ahead > 1 ? list.take(ahead) : undefined
      next?.catch(() => {})
      await this.#runAll((await Promise.all(taken.map((each) => this.#specOf(reader, each)))).flat())
      await this.#retryDue(taken.length === 0)
      if (taken.length === 0 && this.#retries.length === 0) return
    }
  }

  #ahead(): number {
    if (this.#meanMs === undefined) return 1
    return Math.min(mostAhead, Math.floor(aheadMs / Math.max(this.#meanMs, 1)))
  }

  /** The task as it is to be run. What a dead worker had begun may be done, or have come to a later attempt. */
  async #specOf(reader: ManifestReader, { index, generation }: Taken): Promise<readonly TaskSpec[]> {
    const spec = await reader.task(index)
    if (!spec) return []
    const record = generation > 0 ? await this.#options.records.latest(spec) : undefined
    if (!record || record.attempt < spec.attempt) return [spec]
    this.#tell(
      { kind: 'finished', task: { step: record.step, task: record.task, attempt: record.attempt }, record },
      { spec, urgent: true },
    )
    if (record.status === 'succeeded' || retryInPlace(spec, { attempt: record.attempt, error: record.error }) === undefined) return []
    return [{ ...spec, attempt: record.attempt + 1 }]
  }

  async #runAll(specs: readonly TaskSpec[]): Promise<void> {
    if (specs.length === 0 || this.#stop.signal.aborted) return
    const byTask = new Map(specs.map((spec) => [spec.task, spec]))
    const before = performance.now()
    for await (const event of this.#options.executor.launch(specs, this.#stop.signal)) {
      const spec = byTask.get(event.task.task)
      if (spec) await this.#follow(event, spec)
    }
    this.#meanMs = (performance.now() - before) / specs.length
  }

  async #follow(event: TaskEvent, spec: TaskSpec): Promise<void> {
    if (event.kind === 'started') this.#startedAt.set(spec.task, event.at)
    if (event.kind === 'started' || event.kind === 'log') return this.#tell(withoutPid(event), { spec })
    const startedAt = this.#startedAt.get(spec.task)
    this.#startedAt.delete(spec.task)
    if (event.kind === 'finished') {
      this.#tell(event, { spec, urgent: true })
      if (event.record.status === 'failed') this.#again(spec, { attempt: spec.attempt, error: event.record.error })
      return
    }
    if (event.reason === 'cancelled') {
      if (startedAt) this.#tell({ kind: 'interrupted', task: event.task, at: event.at }, { urgent: true })
      return
    }
    await this.#options.records.commit(lostRecord(spec, event, startedAt ?? event.at))
    this.#tell(event, { urgent: true })
    this.#again(spec, { attempt: spec.attempt, error: event.error, ...(event.final ? { final: true } : {}) })
  }

  #again(spec: TaskSpec, failure: Parameters<typeof retryInPlace>[1]): void {
    const waitMs = retryInPlace(spec, failure)
    if (waitMs === undefined) this.#failed = true
    else this.#retries.push({ spec: { ...spec, attempt: spec.attempt + 1 }, dueAt: performance.now() + waitMs })
  }

  /** Runs the retries whose time has come; with `idle`, waits for the first. */
  async #retryDue(idle: boolean): Promise<void> {
    if (this.#retries.length === 0) return
    const first = Math.min(...this.#retries.map(({ dueAt }) => dueAt))
    if (idle) await this.#options.clock.sleep(Math.max(first - performance.now(), 0), this.#stop.signal).catch(() => {})
    const now = idle ? Math.max(performance.now(), first) : performance.now()
    const due = this.#retries.filter(({ dueAt }) => dueAt <= now)
    this.#retries = this.#retries.filter(({ dueAt }) => dueAt > now)
    await this.#runAll(due.map(({ spec }) => spec))
  }

  #tell(
    event: WorkerEvent,
    { spec, ...how }: { readonly spec?: TaskSpec; readonly urgent?: boolean; readonly patient?: boolean } = {},
  ): void {
    this.#writer.tell(encodeEvent(event, spec), how)
  }

  #end(why: string): void {
    this.#over = why
    this.#stop.abort()
  }
}

/** A process id within a container means nothing outside it. */
function withoutPid<Event extends TaskEvent>(event: Event): Event {
  if (event.kind !== 'started') return event
  const { pid: _pid, ...rest } = event
  return rest as Event
}
