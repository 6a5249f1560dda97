import { randomBytes } from 'node:crypto'
import type { Executor, TaskEvent, TaskSpec } from '@millrace/core-graph'
import { errorRecord } from './error-record.ts'
import { EventPoller } from './events/event-poller.ts'
import type { Teller } from './events/event-reader.ts'
import { isOfWorker, type WorkerEvent } from './events/worker-event.ts'
import type { FlowExecutorOptions } from './flow-executor-options.ts'
import { manifestKey } from './job-keys.ts'
import { endJob } from './jobs/end-job.ts'
import { OpenJob } from './jobs/open-job.ts'
import { QueueWait } from './jobs/queue-wait.ts'
import type { WorkerFailure } from './jobs/worker-jobs.ts'
import { launchFailure } from './launches/launch-failure.ts'
import { attemptId, type Launch, Launches } from './launches/launches.ts'
import { MemoryDeaths } from './launches/memory-deaths.ts'
import { type WaitingTask, WaitingTasks } from './launches/waiting-tasks.ts'
import { encodeManifest } from './manifest/manifest.ts'
import { retryInPlace } from './retry-in-place.ts'
import { encodeWorkerTask } from './worker/worker-task.ts'

/** Launches that come this close together make one job. */
const gatherMs = 10
/** AWS Batch allows no more in one array. */
const mostWorkers = 10_000
/** Workers that have nothing left to do are gone within this time. */
const goMs = 3_000
const goLookMs = 50

/** Runs tasks in workers on AWS Batch: the tasks of a step that come together are one job, and what happens to them comes by the datastore. */
export class FlowExecutor implements Executor {
  readonly name = 'batch'
  readonly #options: FlowExecutorOptions
  readonly #launches: Launches
  readonly #poller: EventPoller
  readonly #jobs = new Map<string, OpenJob>()
  readonly #memoryDeaths = new MemoryDeaths()
  readonly #waiting = new WaitingTasks((spec) => this.#memoryDeaths.factorOf(spec))
  readonly #busy = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()
  #gathering = false
  #closed: Promise<void> | undefined

  constructor(options: FlowExecutorOptions) {
    this.#options = options
    this.#launches = new Launches(options.clock)
    this.#poller = new EventPoller({
      ...options,
      specOf: (attempt) => this.#launches.specOf(attempt),
      handle: (event, teller) => this.#handle(event, teller),
      isNeeded: () => this.#jobs.size > 0,
    })
  }

  launch(specs: readonly TaskSpec[], signal: AbortSignal): AsyncIterable<TaskEvent> {
    const launch = this.#launches.add(specs, signal)
    if (signal.aborted || this.#closed) this.#cancel(launch)
    else {
      signal.addEventListener('abort', () => this.#cancel(launch), { once: true })
      const fresh = specs.filter((spec) => !this.#launches.adopt(spec))
      this.#waiting.push(fresh.map((spec) => ({ spec, launch, fruitless: 0 })))
      this.#gather()
    }
    return launch.events
  }

  close(reason: string): Promise<void> {
    this.#closed ??= this.#close(reason)
    return this.#closed
  }

  async #close(reason: string): Promise<void> {
    for (const launch of this.#launches.all()) this.#cancel(launch)
    await Promise.all([...this.#jobs.values()].map((job) => (job.tasks.size === 0 ? this.#untilIdle(job) : this.#end(job, reason))))
    this.#closing.abort()
    while (this.#busy.size > 0) await Promise.all(this.#busy)
    await this.#poller.close()
    await this.#options.onClose?.()
  }

  #gather(): void {
    if (this.#gathering || this.#waiting.length === 0) return
    this.#gathering = true
    const wait = this.#options.clock.sleep(gatherMs, this.#closing.signal).catch(() => {})
    this.#track(
      wait.then(() => {
        this.#gathering = false
        this.#dispatch()
      }),
    )
  }

  /** Makes jobs of what waits, while there is room. */
  #dispatch(): void {
    const most = Math.min(this.#options.maxWorkers ?? 1_000, mostWorkers)
    const busy = (): number => [...this.#jobs.values()].reduce((sum, job) => sum + job.busyWorkers, 0)
    for (let next = this.#waiting.take({ most, busy: busy() }); next; next = this.#waiting.take({ most, busy: busy() }))
      this.#track(this.#run(next.tasks, next.workers))
  }

  /** Runs tasks in a job of their own, to its end. */
  async #run(tasks: readonly WaitingTask[], workers: number): Promise<void> {
    const { clock } = this.#options
    const [{ fruitless, launch }] = tasks as readonly [WaitingTask]
    const specs = tasks.map(({ spec }) => spec)
    const job = new OpenJob({ name: randomBytes(6).toString('hex'), workers, specs, fruitless, at: clock.now() })
    this.#jobs.set(job.name, job)
    try {
      await this.#submit(job, specs, launch.signal)
    } catch (error) {
      this.#forget(job)
      for (const spec of specs) {
        if (launch.signal.aborted) this.#launches.cancel(spec)
        else this.#launches.lose(spec, launchFailure(error))
      }
      return
    } finally {
      job.submitted.resolve()
    }
    if (!job.watching.signal.aborted) await this.#watch(job)
    await this.#untilIdle(job)
  }

  async #submit(job: OpenJob, specs: readonly TaskSpec[], signal: AbortSignal): Promise<void> {
    const { store, jobs, sendCode, maxLogBytes, onNote } = this.#options
    const [first] = specs as [TaskSpec]
    const { flow, run, step, root } = first
    const address = { flow, run, job: job.name }
    const { body, headBytes } = encodeManifest(specs)
    const [code] = await Promise.all([sendCode(first, signal), store.put(manifestKey(address), body)])
    const { workers } = job
    const environment = encodeWorkerTask({ root, code, maxLogBytes, ...address, workers, sizeBytes: body.length, headBytes })
    signal.throwIfAborted()
    job.handle = await jobs.submit({ ...address, step, workers, memoryFactor: this.#memoryDeaths.factorOf(first), environment }, signal)
    const tasks = specs.length === 1 ? `the task ${first.task}` : `${specs.length} tasks`
    const containers = workers === 1 ? 'one container' : `${workers} containers`
    onNote(`Submitted the job ${job.handle.id} for ${tasks} of ${step}, in ${containers}.`)
    this.#poller.follow(first)
  }

  /** Follows what the platform says of a job, until it has ended or all its tasks are done. */
  async #watch(job: OpenJob): Promise<void> {
    const { signal } = job.watching
    const wait = new QueueWait(job, this.#options)
    wait.ask().catch(() => {})
    wait.untilTooLong().then(
      (message) => this.#track(this.#giveUp(job, message)),
      () => {},
    )
    let failures: readonly WorkerFailure[] = []
    try {
      for await (const state of job.handle?.watch(signal) ?? []) {
        if (state.status === 'queued') wait.note(state.reason)
        failures = state.failures ?? []
      }
    } catch (error) {
      failures = [{ reason: 'exited', infrastructure: false, error: errorRecord(error) }]
    }
    if (!signal.aborted) await this.#reconcile(job, failures)
  }

  /** No machine was found for a job. */
  async #giveUp(job: OpenJob, message: string): Promise<void> {
    const specs = [...job.tasks.values()].map(({ spec }) => spec)
    for (const spec of specs)
      this.#launches.lose(spec, { reason: 'launch-failed', error: { name: 'MillraceError', code: 'executor-lost', message } })
    await this.#end(job, 'it waited too long in the queue')
  }

  /** The job has ended: what is in the datastore decides, then what is known of its workers. */
  async #reconcile(job: OpenJob, failures: readonly WorkerFailure[]): Promise<void> {
    await this.#poller.read().catch(() => false)
    for (const { spec } of [...job.tasks.values()]) await this.#readRecords(job, spec)
    const left = job.leftOvers(failures)
    this.#forget(job)
    for (const leftOver of left) {
      const { spec } = leftOver
      const launch = this.#launches.of(spec)
      this.#launches.dontExpect(spec)
      // Where the scheduler still waits before this attempt, it will come as any other.
      if (!launch) continue
      if (launch.signal.aborted) this.#launches.cancel(spec)
      else if (leftOver.kind === 'again') this.#waiting.push([{ spec, launch, fruitless: job.fruitlessAfter }])
      else {
        this.#memoryDeaths.count(spec, leftOver.failure.error)
        this.#launches.lose(spec, leftOver.failure)
      }
    }
    this.#gather()
  }

  /** A worker may die after it has committed and before it could tell. */
  async #readRecords(job: OpenJob, { flow, run, step, task, attempt }: TaskSpec): Promise<void> {
    const record = await this.#options.readRecord({ flow, run, step, task, attempt }).catch(() => undefined)
    if (!record) return
    this.#handle({ kind: 'finished', task: { step, task, attempt }, record }, { job: job.name, worker: 0 })
    const next = job.tasks.get(task)?.spec
    if (next && next.attempt > attempt) await this.#readRecords(job, next)
  }

  #handle(event: WorkerEvent, { job: name, worker }: Teller): void {
    const job = this.#jobs.get(name)
    if (!job) return
    if (isOfWorker(event)) {
      if (event.kind === 'up') job.up()
      else job.down()
      this.#gather()
    } else {
      const open = job.tasks.get(event.task.task)
      if (!open || open.spec.attempt !== event.task.attempt) return
      if (event.kind === 'started') open.worker = worker
      if (event.kind === 'interrupted') open.worker = undefined
      else this.#tell(job, open.spec, event)
    }
    if (job.tasks.size === 0 && job.busyWorkers === 0) this.#forget(job)
  }

  #tell(job: OpenJob, spec: TaskSpec, event: TaskEvent): void {
    this.#launches.pass(attemptId(spec), event)
    if (event.kind !== 'finished' && event.kind !== 'lost') return
    const error = event.kind === 'lost' ? event.error : event.record.error
    this.#memoryDeaths.count(spec, error)
    const failed = event.kind === 'lost' || event.record.status === 'failed'
    const final = event.kind === 'lost' && event.final === true
    const goesOn = failed && retryInPlace(spec, { attempt: spec.attempt, error, final }) !== undefined
    const next = goesOn ? { ...spec, attempt: spec.attempt + 1 } : undefined
    job.cameOn(spec.task, next)
    if (next) this.#launches.expect(next)
    if (job.tasks.size === 0) job.watching.abort()
  }

  /** Ends the tasks of a launch: those that wait at once, the others when their jobs have ended. */
  #cancel(launch: Launch): void {
    this.#waiting.drop(launch)
    const jobOf = new Map<string, OpenJob>()
    for (const job of this.#jobs.values()) for (const { spec } of job.tasks.values()) jobOf.set(attemptId(spec), job)
    for (const [id, spec] of [...launch.open]) {
      const job = jobOf.get(id)
      if (job) this.#track(this.#end(job, String(launch.signal.reason ?? 'the run has ended')))
      else this.#launches.cancel(spec)
    }
  }

  /** Ends a job; its tasks are lost when its workers are gone. */
  #end(job: OpenJob, reason: string): Promise<void> {
    job.ending ??= (async () => {
      job.watching.abort()
      const { clock, onNote } = this.#options
      const note = await endJob(job, { reason, clock, onNote, look: () => this.#poller.hurry() })
      if (note !== undefined) onNote(note)
      await this.#poller.read().catch(() => false)
      for (const { spec } of job.tasks.values()) this.#launches.cancel(spec)
      this.#forget(job)
    })()
    return job.ending
  }

  /** All is done: the workers go by themselves, and those that never came to anything are not needed. */
  async #untilIdle(job: OpenJob): Promise<void> {
    const deadline = performance.now() + goMs
    while (!job.ended && !job.ending && performance.now() < deadline) {
      this.#poller.hurry()
      await this.#options.clock.sleep(goLookMs)
    }
    if (!job.ended) await this.#end(job, 'its tasks are done')
  }

  #forget(job: OpenJob): void {
    job.end()
    this.#jobs.delete(job.name)
    this.#gather()
  }

  #track(work: Promise<unknown>): void {
    const tracked = work
      .catch((error: unknown) => this.#options.onNote(errorRecord(error).message))
      .finally(() => this.#busy.delete(tracked))
    this.#busy.add(tracked)
  }
}
