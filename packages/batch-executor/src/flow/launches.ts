import type { Clock, TaskEvent, TaskKey, TaskSpec } from '@millrace/core-graph'
import { EventQueue } from './event-queue.ts'
import type { WorkerFailure } from './worker-jobs.ts'

/** One call of `launch`. */
export interface Launch {
  readonly signal: AbortSignal
  readonly events: EventQueue<TaskEvent>
  /** The attempts that have not ended, by {@link attemptId}. */
  readonly open: Map<string, TaskSpec>
}

/** Names an attempt among those of all runs. */
export const attemptId = ({ flow, run, task, attempt }: Pick<TaskSpec, 'flow' | 'run' | 'task' | 'attempt'>): string =>
  `${flow}/${run}/${task}#${attempt}`

/** The attempts that were launched and have not ended, and who is told of them: `started` once and first, nothing after the end. */
export class Launches {
  readonly #clock: Clock
  readonly #attempts = new Map<string, { readonly spec: TaskSpec; readonly launch: Launch; started: boolean }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(specs: readonly TaskSpec[], signal: AbortSignal): Launch {
    const launch: Launch = { signal, events: new EventQueue(), open: new Map(specs.map((spec) => [attemptId(spec), spec])) }
    for (const [id, spec] of launch.open) this.#attempts.set(id, { spec, launch, started: false })
    if (specs.length === 0) launch.events.close()
    return launch
  }

  /** Every launch of which something is open. */
  all(): ReadonlySet<Launch> {
    return new Set([...this.#attempts.values()].map(({ launch }) => launch))
  }

  of(attempt: Parameters<typeof attemptId>[0]): { readonly spec: TaskSpec; readonly launch: Launch } | undefined {
    return this.#attempts.get(attemptId(attempt))
  }

  /** Hands an event on to whoever launched the attempt, if it is open. */
  pass(id: string, event: TaskEvent): void {
    const attempt = this.#attempts.get(id)
    if (!attempt) return
    const { events, open } = attempt.launch
    if (!attempt.started && event.kind !== 'lost') events.push({ kind: 'started', task: event.task, at: this.#startOf(event) })
    attempt.started = true
    if (event.kind === 'started') return
    events.push(event)
    if (event.kind === 'log') return
    this.#attempts.delete(id)
    open.delete(id)
    if (open.size === 0) events.close()
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
