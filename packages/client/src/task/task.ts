import { loadArtifacts } from '@millrace/artifact-store'
import { type ErrorRecord, insteadOf, type LogLine, type TaskRecord } from '@millrace/core-graph'
import { Artifact } from '../artifact/artifact.ts'
import type { UnknownArtifacts } from '../artifact/artifacts-of.ts'
import { Listing } from '../listing.ts'
import { notFound } from '../lookup-errors.ts'
import type { RunScope } from '../run/run-scope.ts'
import { type Attempt, endedAttempt, openAttempt, type TaskStatus } from './attempt.ts'
import { readChildren, readParents } from './related-tasks.ts'
import { type LogOptions, readTaskLog } from './task-logs.ts'
import type { TaskState } from './task-states.ts'

/** Which values `data()` loads. */
export interface DataOptions<Name extends string> {
  /** Default: all. */
  readonly include?: readonly Name[]
}

/** One task as it was when it was read: its latest attempt, and all before it. */
export class Task<Data = UnknownArtifacts> {
  /** Its number within the run. */
  readonly id: string
  readonly step: string
  /** `Squares/3/compute/7` */
  readonly pathspec: string
  /** Of the latest attempt. */
  readonly status: TaskStatus
  readonly successful: boolean
  /** Whether it runs no more, however it ended. */
  readonly finished: boolean
  /** By number, the first one first. */
  readonly attempts: readonly Attempt[]
  readonly startedAt: Date | undefined
  readonly finishedAt: Date | undefined
  /** Of the latest attempt; `undefined` while it runs. Never negative. */
  readonly durationMs: number | undefined
  /** What the latest attempt failed by; where `catch` made it succeed, what was caught. */
  readonly exception: ErrorRecord | undefined
  /** The index of the innermost foreach's item, from 0; `undefined` outside a foreach. */
  readonly index: number | undefined
  /** The pathspec of the task that did the work, where `resume` took it over from an earlier run. */
  readonly origin: string | undefined
  /** The pathspecs of {@link parents}, in their order; empty while it runs. */
  readonly parentPathspecs: readonly string[]
  readonly #scope: RunScope
  readonly #state: TaskState
  readonly #record: TaskRecord | undefined

  constructor(scope: RunScope, state: TaskState) {
    const record = state.records.at(-1)
    const open = state.logs.map(({ attempt }) => attempt).filter((attempt) => attempt > (record?.attempt ?? -1))
    this.#scope = scope
    this.#state = state
    this.#record = record
    this.id = state.task
    this.step = state.step
    this.pathspec = `${scope.flow}/${scope.run}/${state.step}/${state.task}`
    this.attempts = [...state.records.map(endedAttempt), ...open.map((attempt) => openAttempt(attempt, scope.abandoned))]
    const latest = this.attempts.at(-1) ?? openAttempt(0, scope.abandoned)
    this.status = latest.status
    this.successful = latest.status === 'succeeded'
    this.finished = latest.status !== 'running'
    this.startedAt = latest.startedAt
    this.finishedAt = latest.finishedAt
    this.durationMs = latest.durationMs
    this.exception = latest.exception
    this.index = record?.frames.findLast(({ kind }) => kind === 'foreach')?.index
    this.origin = record?.origin
    this.parentPathspecs = record?.parents.map((parent) => `${scope.flow}/${scope.run}/${parent}`) ?? []
  }

  /** What the task left behind, its own artifacts and those it passed on; empty while it runs. Nothing is loaded. */
  artifacts(): readonly Artifact[] {
    return Object.keys(this.#record?.artifacts ?? {}).map((name) => this.#artifact(name))
  }

  /** One artifact by name. Nothing is loaded. @throws MillraceError `not-found` that names those that there are. */
  artifact<Name extends keyof Data & string>(name: Name): Artifact<Data[Name]> {
    return this.#artifact(name) as Artifact<Data[Name]>
  }

  /**
   * The values of its artifacts and of the run's parameters, all loaded at once. No request for values of at most 1 KiB, one get for each larger one.
   *
   * @throws MillraceError `not-found` while no attempt at it has ended, or for a name to include that is not there; `corrupt-artifact`.
   */
  async data<Name extends keyof Data & string = keyof Data & string>(options: DataOptions<Name> = {}): Promise<Pick<Data, Name>> {
    const { context, flow } = this.#scope
    const record = this.#ended()
    const refs = { ...(await this.#scope.parameterRefs()), ...record.artifacts }
    const missing = options.include?.find((name) => !Object.hasOwn(refs, name))
    if (missing !== undefined) throw this.#noArtifact(missing, Object.keys(refs))
    const { include = Object.keys(refs) } = options
    const chosen = Object.fromEntries(include.flatMap((name) => (refs[name] ? [[name, refs[name]]] : [])))
    return Object.fromEntries(await loadArtifacts(context.store, flow, chosen)) as Pick<Data, Name>
  }

  /** All that the task wrote to stdout, each line with its newline. */
  async stdout(options: Pick<LogOptions, 'attempt'> = {}): Promise<string> {
    return this.#text({ ...options, stream: 'stdout' })
  }

  /** All that the task wrote to stderr, each line with its newline. */
  async stderr(options: Pick<LogOptions, 'attempt'> = {}): Promise<string> {
    return this.#text({ ...options, stream: 'stderr' })
  }

  /**
   * What the task wrote, line by line with time and stream, also while it runs; of a task that was taken over, what it wrote in its own run.
   * One get for each part in which it was saved; while the run goes on a listing before them.
   */
  logLines(options: LogOptions = {}): Listing<LogLine> {
    return new Listing(() => readTaskLog(this.#scope, this.#state, options))
  }

  /** The tasks that this one started from, in the order of a join's inputs. */
  parents(): Listing<Task<Data>> {
    return this.#related(readParents)
  }

  /** The tasks that started from this one, by number, as far as they have ended. */
  children(): Listing<Task<Data>> {
    return this.#related(readChildren)
  }

  #related(read: (scope: RunScope, record: TaskRecord) => Promise<readonly TaskState[]>): Listing<Task<Data>> {
    const [scope, record] = [this.#scope, this.#record]
    return new Listing(async function* () {
      if (record) for (const state of await read(scope, record)) yield new Task<Data>(scope, state)
    })
  }

  async #text(options: LogOptions): Promise<string> {
    const lines = await this.logLines(options).toArray()
    return lines.map(({ text }) => `${text}\n`).join('')
  }

  #artifact(name: string): Artifact {
    const { artifacts } = this.#ended()
    const ref = Object.hasOwn(artifacts, name) ? artifacts[name] : undefined
    if (!ref) throw this.#noArtifact(name, Object.keys(artifacts))
    return new Artifact(this.#scope.context, { flow: this.#scope.flow, place: this.pathspec, name }, ref)
  }

  #ended(): TaskRecord {
    if (this.#record) return this.#record
    throw notFound(`the artifacts of ${this.pathspec}`, this.finished ? 'It was killed before it could save any.' : 'It is still running.')
  }

  #noArtifact(name: string, known: readonly string[]): Error {
    return notFound(`${this.pathspec}/${name}`, insteadOf(name, known, 'artifact'))
  }
}
