import { editTags, loadArtifacts, type RunSummary, readRun, type TagEdit } from '@millrace/artifact-store'
import { type ErrorRecord, parsePathspec, type RunRecord, type TaskRecord } from '@millrace/core-graph'
import { Artifact } from '../artifact/artifact.ts'
import type { UnknownArtifacts } from '../artifact/artifacts-of.ts'
import type { ClientContext } from '../context.ts'
import { Listing } from '../listing.ts'
import { type FollowedLine, type FollowPlace, followLogs } from '../live/follow-logs.ts'
import { watchRecords } from '../live/watch-records.ts'
import { notFound } from '../lookup-errors.ts'
import { type DataOptions, Task } from '../task/task.ts'
import { readTaskStates } from '../task/task-states.ts'
import { isInNamespace, lengthMs, lifeOf } from './run-life.ts'
import type { RunScope } from './run-scope.ts'
import { Step } from './step.ts'

/** How a run stands. One whose scheduler is dead reads as `failed`, see {@link Run.lost}. */
export type RunStatus = RunRecord['status']

/** Every status that a run can have. */
export const runStatuses: readonly RunStatus[] = ['running', 'succeeded', 'failed', 'interrupted']

/** What {@link Run.watch} tells: an attempt at a task ended, or the run's status is new. */
export type RunUpdate<Data = UnknownArtifacts> =
  | { readonly kind: 'task-succeeded' | 'task-failed'; readonly task: Task<Data> }
  | { readonly kind: 'run'; readonly run: Run<Data> }

/** What a {@link Run} is made of. */
export interface RunOrigin {
  readonly flow: string
  /** A whole record saves reading it later. */
  readonly summary: RunSummary | RunRecord
  /** Whether its scheduler is known to be dead. Default: judged by its record. */
  readonly isDead?: boolean
}

/** One run as it was when it was read. */
export class Run<Data = UnknownArtifacts> {
  /** Its number, as text. */
  readonly id: string
  readonly flow: string
  /** `Squares/3` */
  readonly pathspec: string
  readonly status: RunStatus
  readonly successful: boolean
  /** Whether it runs no more, however it ended. */
  readonly finished: boolean
  /** Whether its scheduler died without a word: killed, or its machine switched off. Its status is `failed` then, and `error` tells what is known. */
  readonly lost: boolean
  /** Why it failed; `subject` is the task's `step/task`, where it was one. In a list, long messages are cut. */
  readonly error: (ErrorRecord & { readonly subject?: string }) | undefined
  readonly createdAt: Date
  /** `undefined` while it runs, and for a run that was lost. */
  readonly finishedAt: Date | undefined
  /** Until now while it runs, until the last sign of life for a run that was lost. Never negative. */
  readonly durationMs: number
  readonly user: string
  readonly namespace: string
  /** The user's tags as they were when this was read, edits included. */
  readonly tags: readonly string[]
  /** `user:ada`, `runtime:node`, `millrace:0.1.0`, `date:2026-11-23` */
  readonly systemTags: readonly string[]
  /** The number of the run that it resumed. */
  readonly originRunId: string | undefined
  readonly #summary: RunSummary
  readonly #context: ClientContext
  readonly #scope: RunScope
  #record: Promise<RunRecord> | undefined

  constructor(context: ClientContext, { flow, summary, isDead }: RunOrigin) {
    const now = context.clock.now()
    const { status, lost, error } = lifeOf(flow, summary, { now, isDead })
    this.#context = context
    this.#summary = summary
    this.#record = 'parameters' in summary ? Promise.resolve(summary) : undefined
    this.id = summary.run
    this.flow = flow
    this.pathspec = `${flow}/${summary.run}`
    this.status = status
    this.successful = status === 'succeeded'
    this.finished = status !== 'running'
    this.lost = lost
    this.error = error
    this.createdAt = new Date(summary.createdAt)
    this.finishedAt = summary.finishedAt === undefined ? undefined : new Date(summary.finishedAt)
    this.durationMs = lengthMs(summary.createdAt, summary.finishedAt ?? (lost ? summary.heartbeatAt : now.toISOString()))
    this.user = summary.user
    this.namespace = summary.namespace
    this.tags = summary.tags
    this.systemTags = summary.systemTags
    this.originRunId = summary.originRunId
    this.#scope = {
      context,
      flow,
      run: summary.run,
      abandoned:
        status === 'running' ? undefined : (error ?? { name: 'Error', message: `The run was ${status} before this attempt ended.` }),
      parameterRefs: async () => (await this.#readRecord()).parameters,
    }
  }

  /** The values of its parameters, read when first asked for: one get where this came from a list, and one for each value above 1 KiB. */
  get parameters(): Promise<Partial<Data>> {
    return this.#readRecord().then(
      async ({ parameters }) => Object.fromEntries(await loadArtifacts(this.#context.store, this.flow, parameters)) as Partial<Data>,
    )
  }

  /** Its parameters as artifacts: known, and not loaded. One get where this came from a list. */
  async parameterArtifacts(): Promise<readonly Artifact[]> {
    const { parameters } = await this.#readRecord()
    return Object.entries(parameters).map(
      ([name, ref]) => new Artifact(this.#context, { flow: this.flow, place: this.pathspec, name }, ref),
    )
  }

  /** Whether it is in a namespace: by its own, or by any of its tags. */
  isInNamespace(namespace: string): boolean {
    return isInNamespace(this.#summary, namespace)
  }

  /** The steps of which a task has ended, or runs and has printed something; the latest begun first. One listing, and one get for each record. */
  steps(): Listing<Step<Data>> {
    const [context, scope] = [this.#context, this.#scope]
    return new Listing(async function* () {
      const states = await readTaskStates(context, scope)
      for (const name of new Set(states.map(({ step }) => step).toReversed())) yield new Step<Data>(scope, name)
    })
  }

  /** A step by name. No request, so it need not exist. */
  step(name: string): Step<Data> {
    parsePathspec(`${this.pathspec}/${name}`)
    return new Step(this.#scope, name)
  }

  /** All tasks, the newest first. One listing, and one get for each attempt that has ended. */
  tasks(): Listing<Task<Data>> {
    const [context, scope] = [this.#context, this.#scope]
    return new Listing(async function* () {
      for (const state of (await readTaskStates(context, scope)).toReversed()) yield new Task<Data>(scope, state)
    })
  }

  /**
   * One task: `compute/7`, also with the run in front.
   *
   * @throws MillraceError `invalid-pathspec`; `not-found` that names what there is.
   */
  async task(pathspec: string): Promise<Task<Data>> {
    const isWhole = pathspec.startsWith(`${this.pathspec}/`)
    const { step = '', task, artifact } = parsePathspec(isWhole ? pathspec : `${this.pathspec}/${pathspec}`)
    if (task === undefined || artifact !== undefined)
      throw new TypeError(`Could not look up ${pathspec} as a task: write STEP/TASK, for example compute/7.`)
    return this.step(step).task(task)
  }

  /** The task that the run ended with, or `undefined` where it has not got there. One listing and a get; for a flow whose only step is `start`, two. */
  async endTask(): Promise<Task<Data> | undefined> {
    for (const step of ['end', 'start']) {
      const states = await readTaskStates(this.#context, { flow: this.flow, run: this.id, step })
      const last = states.findLast(({ records }) => records.at(-1)?.status === 'succeeded' && !records.at(-1)?.transition)
      if (last) return new Task(this.#scope, last)
    }
    return undefined
  }

  /**
   * The values that the run ended with, and its parameters.
   *
   * @throws MillraceError `not-found` where it has not got to its end.
   */
  async data<Name extends keyof Data & string = keyof Data & string>(options: DataOptions<Name> = {}): Promise<Pick<Data, Name>> {
    const task = await this.endTask()
    if (task) return task.data(options)
    throw notFound(
      `the data of ${this.pathspec}`,
      `It has no end: its status is ${this.status}. What single tasks have left is in their own data().`,
    )
  }

  /**
   * What is and becomes of it: first the run, then every attempt at a task that has ended or ends, then the run again when its status changes.
   * Ends with the run, also when that was lost.
   *
   * @throws the reason of `signal`.
   */
  watch(options: { readonly signal?: AbortSignal } = {}): Listing<RunUpdate<Data>> {
    return new Listing(() => this.#watch(options))
  }

  /** What its tasks have written and write, until it ends, or its scheduler is dead. @throws the reason of `signal`. */
  followLogs({ signal, ...place }: Pick<FollowPlace, 'step' | 'task'> & { readonly signal?: AbortSignal } = {}): Listing<FollowedLine> {
    return new Listing(() => followLogs(this.#context, { flow: this.flow, run: this.id, ...place }, signal ? { signal } : {}))
  }

  /** Edits its user tags and gives those that it has then; see `editTags` of artifact-store, also for what it throws. */
  async editTags(edit: Pick<TagEdit, 'add' | 'remove' | 'signal'>): Promise<readonly string[]> {
    return editTags(this.#context.store, { flow: this.flow, run: this.id }, { clock: this.#context.clock, ...edit })
  }

  async *#watch(options: { readonly signal?: AbortSignal }): AsyncGenerator<RunUpdate<Data>> {
    const attempts = new Map<string, TaskRecord[]>()
    for await (const news of watchRecords(this.#context, { flow: this.flow, run: this.id }, options)) {
      if (news.kind === 'run') {
        const summary = { ...news.record, tags: this.#summary.tags }
        yield { kind: 'run', run: new Run(this.#context, { flow: this.flow, summary, isDead: news.isDead }) }
        continue
      }
      const { record } = news
      const records = [...(attempts.get(record.task) ?? []), record].sort((left, right) => left.attempt - right.attempt)
      attempts.set(record.task, records)
      const task = new Task<Data>(this.#scope, { step: record.step, task: record.task, records, logs: [] })
      yield { kind: record.status === 'succeeded' ? 'task-succeeded' : 'task-failed', task }
    }
  }

  #readRecord(): Promise<RunRecord> {
    this.#record ??= readRun(this.#context.store, { flow: this.flow, run: this.id }).then((record) => {
      if (record) return record
      throw notFound(this.pathspec, 'It was there, and its record has gone since.')
    })
    return this.#record
  }
}
