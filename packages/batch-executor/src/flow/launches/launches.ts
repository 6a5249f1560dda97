import { Readable } from 'node:stream'
import type { Clock, TaskEvent, TaskKey, TaskSpec } from '@millrace/core-graph'
import type { WorkerFailure } from '../jobs/worker-jobs.ts'

/** One call of `launch`. */
export interface Launch {
  readonly signal: AbortSignal
  /** What happens to its attempts; `null` ends them. */
  readonly events: AsyncIterable<TaskEvent> & { push(event: TaskEvent | null): void }
  /** The attempts that have not ended, by {@link attemptId}. */
  readonly open: Map<string, TaskSpec>
}

/** Names an attempt among those of all runs. */
export const attemptId = ({ flow, run, task, attempt }: Pick<TaskSpec, 'flow' | 'run' | 'task' | 'attempt'>): string =>
  `${flow}/${run}/${task}#${attempt}`

/** An attempt that was launched and has not ended. */
interface Launched {
  readonly spec: TaskSpec
  readonly launch: Launch
  started: boolean
}

/**
 * The attempts that were launched and have not ended, and who is told of them: `started` once and first, nothing after the end. What is told of an attempt that is expected, because a
 * worker goes on with it by itself, is kept until it is launched.
 */
export class Launches {
  readonly #clock: Clock
  readonly #attempts = new Map<string, Launched>()
  readonly #expected = new Map<string, { readonly spec: TaskSpec; readonly told: TaskEvent[] }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(specs: readonly TaskSpec[], signal: AbortSignal): Launch {
    const launch: Launch = {
      signal,
      events: new Readable({ objectMode: true, read: () => {} }),
      open: new Map(specs.map((spec) => [attemptId(spec), spec])),
    }
    for (const [id, spec] of launch.open) this.#attempts.set(id, { spec, launch, started: false })
    if (specs.length === 0) launch.events.push(null)
    return launch
  }

  /** Every launch of which something is open. */
  all(): ReadonlySet<Launch> {
    return new Set([...this.#attempts.values()].map(({ launch }) => launch))
  }

  /** The launch of an attempt that has not ended. */
  of(attempt: Parameters<typeof attemptId>[0]): Launch | undefined {
    return this.#attempts.get(attemptId(attempt))?.launch
  }

  /** The spec of an attempt that was launched, or is expected. */
  specOf(attempt: Parameters<typeof attemptId>[0]): TaskSpec | undefined {
    const id = attemptId(attempt)
    return (this.#attempts.get(id) ?? this.#expected.get(id))?.spec
  }

  /** A worker goes on with this attempt by itself. */
  expect(spec: TaskSpec): void {
    const id = attemptId(spec)
    if (!this.#attempts.has(id)) this.#expected.set(id, { spec, told: [] })
  }

  /** No worker goes on with this attempt: it will be launched as any other. */
  dontExpect(spec: TaskSpec): void {
    this.#expected.delete(attemptId(spec))
  }

  /** Whether a worker goes on with an attempt that was just launched; what was told of it until now is handed on. */
  adopt(spec: TaskSpec): boolean {
    const id = attemptId(spec)
    const expected = this.#expected.get(id)
    this.#expected.delete(id)
    for (const event of expected?.told ?? []) this.pass(id, event)
    return expected !== undefined
  }

  /** Hands an event on to whoever launched the attempt, if it is open. */
  pass(id: string, event: TaskEvent): void {
    const attempt = this.#attempts.get(id)
    if (!attempt) {
      this.#expected.get(id)?.told.push(event)
      return
    }
    const { events, open } = attempt.launch
    if (!attempt.started && event.kind !== 'lost') events.push({ kind: 'started', task: event.task, at: this.#startOf(event) })
    attempt.started = true
    if (event.kind === 'started') return
    events.push(event)
    if (event.kind === 'log') return
    this.#attempts.delete(id)
    open.delete(id)
    if (open.size === 0) events.push(null)
  }

  /** Ends an attempt of which no worker will tell. */
  lose(spec: TaskSpec, { reason, error, final }: Pick<WorkerFailure, 'reason' | 'error' | 'final'>): void {
    const { step, task, attempt } = spec
    const key: TaskKey = { step, task, attempt }
    this.pass(attemptId(spec), { kind: 'lost', task: key, at: this.#clock.now(), reason, error, ...(final ? { final } : {}) })
  }

  /** Ends an attempt because it is not wanted any more. */
  cancel(spec: TaskSpec): void {
    const message = `Ended the step ${spec.step} because its run was stopped.`
    this.lose(spec, { reason: 'cancelled', error: { name: 'MillraceError', code: 'cancelled', message } })
  }

  #startOf(event: Exclude<TaskEvent, { kind: 'lost' }>): Date {
    if (event.kind === 'started') return event.at
    return event.kind === 'finished' ? new Date(event.record.startedAt) : (event.lines[0]?.at ?? this.#clock.now())
  }
}
