import { commitTask, commitTasks, loadArtifact, readTask, saveArtifacts } from '@millrace/artifact-store'
import {
  type Clock,
  type ErrorRecord,
  type Executor,
  type Graph,
  MillraceError,
  type ObjectStore,
  type TaskEvent,
  type TaskKey,
  type TaskRecord,
} from '@millrace/core-graph'
import { errorToRecord } from '../error-record.ts'
import type { Reuse } from '../resume/reuse.ts'
import { reusedRecord } from '../resume/reused-record.ts'
import { type PlannedTask, Schedule, type StoredItem } from '../schedule/schedule.ts'
import { schedulerRecord } from '../schedule/scheduler-record.ts'
import { afterFailure } from '../schedule/step-policy.ts'
import { type SpecContext, TaskSpecs } from '../schedule/task-specs.ts'
import { type OpenTask, OpenTasks } from './open-tasks.ts'
import { Progress } from './progress.ts'
import type { RunEvent } from './run-events.ts'

/** What the loop works with. */
export interface RunLoopOptions {
  readonly graph: Graph
  readonly executor: Executor
  readonly store: ObjectStore
  readonly clock: Clock
  readonly onEvent: (event: RunEvent) => void
  /** What the flow's field initialisers say, for a first step that is caught. */
  readonly initialFields: () => ReadonlyMap<string, unknown>
  readonly context: SpecContext
  /** What an earlier run has done already. */
  readonly reuse?: Reuse | undefined
}

/** The task that made a run fail. */
export interface RunFailure {
  readonly step: string
  readonly task: string
  readonly attempt: number
  readonly error: ErrorRecord
  /** Whether it has ever run: what could not begin has written nothing. */
  readonly began: boolean
}

/** How the loop ended. */
export interface RunOutcome {
  readonly status: 'succeeded' | 'failed' | 'interrupted'
  readonly failure: RunFailure | undefined
}

/** Does what the schedule decides: launches what can start, follows what happens, stops everything when a task has failed for good. */
export class RunLoop {
  readonly #options: RunLoopOptions
  readonly #schedule: Schedule
  readonly #progress: Progress
  readonly #specs: TaskSpecs
  readonly #stop = new AbortController()
  readonly #open = new OpenTasks()
  #failure: RunFailure | undefined
  #interrupted = false

  constructor(options: RunLoopOptions) {
    this.#options = options
    this.#schedule = new Schedule(options.graph)
    this.#specs = new TaskSpecs(options.context)
    this.#progress = new Progress((progress) => options.onEvent({ kind: 'progress', at: options.clock.now(), ...progress }))
  }

  /** Runs to the end, to the first task that fails for good, or to the signal. Settles when no task is running. */
  async run(signal?: AbortSignal): Promise<RunOutcome> {
    const interrupt = (): void => {
      this.#interrupted = true
      this.#stopAll(String(signal?.reason ?? 'interrupted'))
    }
    signal?.addEventListener('abort', interrupt, { once: true })
    if (signal?.aborted) interrupt()
    else this.#begin([this.#schedule.begin()])
    await this.#open.whenAllEnded()
    this.#progress.close()
    signal?.removeEventListener('abort', interrupt)
    if (this.#interrupted) return { status: 'interrupted', failure: this.#failure }
    if (!this.#failure && !this.#schedule.ended)
      throw new MillraceError(
        'invalid-graph',
        'The run stopped before the end of the flow, with nothing left to do. This is a fault of Millrace.',
      )
    return { status: this.#failure ? 'failed' : 'succeeded', failure: this.#failure }
  }

  /** Takes over those of the planned tasks that an earlier run has done, and launches the others. */
  #begin(planned: readonly PlannedTask[]): void {
    if (planned.length === 0 || this.#stop.signal.aborted) return
    const fresh: PlannedTask[] = []
    const reused: [PlannedTask, TaskRecord][] = []
    for (const task of planned) {
      const record = this.#options.reuse?.take(task)
      if (record) reused.push([task, reusedRecord(this.#options.context.run, task, record)])
      else fresh.push(task)
    }
    this.#open.open(reused.map(([task]) => task))
    this.#launch(fresh)
    if (reused.length > 0) void this.#takeOver(reused)
  }

  async #takeOver(reused: readonly (readonly [PlannedTask, TaskRecord])[]): Promise<void> {
    const { store, onEvent, clock } = this.#options
    const written = await commitTasks(
      store,
      reused.map(([, record]) => record),
    ).then(
      () => undefined,
      (error: unknown) => errorToRecord(error),
    )
    for (const [planned, record] of reused) {
      const running = this.#open.get(planned.task)
      if (!running) continue
      if (written || this.#stop.signal.aborted) {
        this.#fail(running, record, written ?? errorToRecord(this.#stop.signal.reason))
        continue
      }
      this.#progress.reused(record.step)
      onEvent({ kind: 'task-reused', at: clock.now(), record })
      await this.#goOn(record).catch((error: unknown) => this.#fail(running, record, errorToRecord(error)))
      this.#open.end(record.task)
    }
  }

  #launch(planned: readonly PlannedTask[]): void {
    if (planned.length === 0 || this.#stop.signal.aborted) return
    this.#open.open(planned)
    // Not the planned tasks themselves, which are let go of when they have ended.
    const keys = planned.map(({ node, task, attempt }): TaskKey => ({ step: node.name, task, attempt }))
    try {
      const specs = planned.map((task) => this.#specs.specOf(task))
      this.#follow(this.#options.executor.launch(specs, this.#stop.signal)).catch((error: unknown) => this.#abandon(keys, error))
    } catch (error) {
      this.#abandon(keys, error)
    }
  }

  async #follow(events: AsyncIterable<TaskEvent>): Promise<void> {
    for await (const event of events) {
      const running = this.#open.get(event.task.task)
      if (running) await this.#handle(event, running).catch((error: unknown) => this.#fail(running, event.task, errorToRecord(error)))
    }
  }

  /** An executor that breaks its promises fails the run: its tasks must not be waited for. */
  #abandon(keys: readonly TaskKey[], error: unknown): void {
    for (const key of keys) {
      const open = this.#open.at(key)
      if (open) this.#fail(open, key, errorToRecord(error))
    }
  }

  async #handle(event: TaskEvent, running: OpenTask): Promise<void> {
    const { onEvent } = this.#options
    const { step } = event.task
    switch (event.kind) {
      case 'started':
        running.started = true
        running.pid = event.pid
        this.#progress.started(step)
        return onEvent({ kind: 'task-started', ...this.#about(running, event.task), at: event.at })
      case 'log':
        return onEvent({ kind: 'log', lines: event.lines, ...this.#about(running, event.task) })
      case 'finished':
        if (event.record.status === 'succeeded') return await this.#succeeded(event.record, running)
        return await this.#ended(running, event.task, event.record.error ?? errorToRecord(undefined))
      case 'lost':
        // Ten thousand tasks that never began leave no trace, whether they were ended or could not begin for the reason that has failed the run.
        if (!running.started && (event.reason === 'cancelled' || this.#stop.signal.aborted)) return this.#open.end(event.task.task)
        return await this.#lost(event, running)
    }
  }

  /** A worker may die just after it has committed: what is in the datastore decides. */
  async #lost(event: Extract<TaskEvent, { kind: 'lost' }>, running: OpenTask): Promise<void> {
    const { store, context } = this.#options
    const { planned } = running
    const at = event.at.toISOString()
    const record = schedulerRecord(context.run, planned, {
      status: 'failed',
      startedAt: at,
      finishedAt: at,
      artifacts: {},
      error: event.error,
    })
    // A record that cannot be written is no reason to hide why the task was lost.
    const written = await commitTask(store, record).catch(() => true)
    const earlier = written ? undefined : await readTask(store, record)
    if (earlier?.status === 'succeeded') return await this.#succeeded(earlier, running)
    await this.#ended(running, event.task, earlier?.error ?? event.error, event.final)
  }

  async #succeeded(record: TaskRecord, running: OpenTask): Promise<void> {
    this.#progress.succeeded(record.step)
    this.#options.onEvent({ kind: 'task-finished', record, ...this.#about(running, record) })
    await this.#goOn(record)
    this.#open.end(record.task)
  }

  /** Begins what a finished task leads to. */
  async #goOn(record: TaskRecord): Promise<void> {
    const { onEvent, clock, store, context } = this.#options
    if (this.#stop.signal.aborted) return
    const { transition } = record
    let items: readonly StoredItem[] = []
    if (transition?.kind === 'foreach') {
      items = (await loadArtifact(store, context.run.flow, 'foreach items', transition.items)) as readonly StoredItem[]
      const [target] = transition.targets
      onEvent({ kind: 'foreach', at: clock.now(), step: record.step, task: record.task, target, count: items.length })
      this.#progress.expect(target, items.length)
    }
    this.#begin(this.#schedule.succeeded(record, items))
  }

  /** An attempt has failed: again, or caught, or the end of the run. */
  async #ended(running: OpenTask, key: TaskKey, error: ErrorRecord, final = false): Promise<void> {
    const { planned } = running
    const { context, clock, onEvent } = this.#options
    const policy = context.policyOf(key.step)
    const next = this.#stop.signal.aborted ? ({ kind: 'end' } as const) : afterFailure(policy, key.attempt, final)
    if (next.kind === 'end') this.#progress.failed(key.step)
    else if (next.kind === 'retry') this.#progress.retried(key.step)
    onEvent({ kind: 'task-failed', error, next, ...this.#about(running, key) })
    if (next.kind === 'retry') {
      // The wait holds neither a worker nor the events of other tasks.
      void clock.sleep(next.delayMs, this.#stop.signal).then(
        () => (this.#stop.signal.aborted ? this.#open.end(key.task) : this.#launch([this.#schedule.again(planned)])),
        () => this.#open.end(key.task),
      )
    } else if (next.kind === 'catch') await this.#succeeded(await this.#catch(planned, next.artifact, error), running)
    else this.#fail(running, key, error)
  }

  /** The record that lets the flow go on: what the task started from, and the error under the name that the step asked for. */
  async #catch(planned: PlannedTask, name: string, error: ErrorRecord): Promise<TaskRecord> {
    const { store, context, clock } = this.#options
    const { run } = context
    const inherited = planned.node.join ? {} : (planned.inputs[0]?.artifacts ?? {})
    const initial = planned.inputs.length === 0 ? this.#options.initialFields() : []
    const saved = await saveArtifacts(store, run.flow, new Map([...initial, [name, error]]))
    const { targets } = planned.node
    const now = clock.now().toISOString()
    const record = schedulerRecord(run, this.#schedule.again(planned), {
      status: 'succeeded',
      startedAt: now,
      finishedAt: now,
      artifacts: { ...inherited, ...saved },
      ...(targets.length > 0 ? { transition: { kind: 'linear', targets } } : {}),
      error,
    })
    await commitTask(store, record)
    return record
  }

  #fail(running: OpenTask, { step, task, attempt }: TaskKey, error: ErrorRecord): void {
    if (!this.#stop.signal.aborted) {
      this.#failure = { step, task, attempt, error, began: running.started || attempt > 0 }
      this.#stopAll(`the step ${step} failed`, running)
    }
    this.#open.end(task)
  }

  #stopAll(reason: string, failed?: OpenTask): void {
    if (this.#stop.signal.aborted) return
    this.#options.onEvent({ kind: 'stopping', at: this.#options.clock.now(), reason, running: this.#open.runningBeside(failed) })
    this.#stop.abort(new Error(reason))
  }

  #about({ pid }: OpenTask, { step, task, attempt }: TaskKey): TaskKey & { pid?: number; at: Date } {
    return { step, task, attempt, at: this.#options.clock.now(), ...(pid === undefined ? {} : { pid }) }
  }
}
