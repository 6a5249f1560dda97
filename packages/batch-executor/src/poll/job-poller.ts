import { BatchError } from '../batch-error.ts'
import type { Aws } from '../client/aws.ts'
import { isFinal, type JobSnapshot, readSnapshot } from '../jobs/job-snapshot.ts'
import { type PaceOptions, pollDelayMs } from './poll-pace.ts'

/** The most ids that DescribeJobs takes. */
const idsPerCall = 100
/** AWS Batch may not know a job yet right after it has submitted it. */
const unknownForMs = 60_000

interface Watched {
  readonly listeners: Set<(news: JobSnapshot | Error) => void>
  readonly addedAt: number
  latest?: JobSnapshot
}

/**
 * The one poller of an executor: looks at all watched jobs, up to 100 with a call, for as long as anything is watched.
 * It holds a timer only then; nothing keeps the process alive once all jobs have ended or their watchers have left.
 */
export class JobPoller {
  readonly #aws: Aws
  readonly #pace: PaceOptions
  readonly #watched = new Map<string, Watched>()
  #wake = new AbortController()
  #ended = new AbortController()
  #looping: Promise<void> | undefined
  #quietRounds = 0

  constructor(aws: Aws, pace: PaceOptions) {
    this.#aws = aws
    this.#pace = pace
  }

  /** The shortest time between two looks, in milliseconds. */
  get fastestMs(): number {
    return this.#pace.fastestMs
  }

  /**
   * The job now, then after each change that a look finds, until it is final.
   *
   * @throws BatchError `not-found` where AWS has not known the id for a minute, `closed`; the signal's reason.
   */
  async *follow(id: string, signal?: AbortSignal): AsyncGenerator<JobSnapshot, void, void> {
    const news: (JobSnapshot | Error)[] = []
    let wake = (): void => undefined
    const tell = (): void => wake()
    const stop = this.#watch(id, (one) => {
      news.push(one)
      wake()
    })
    signal?.addEventListener('abort', tell)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const next = news.shift()
        if (next instanceof Error) throw next
        if (next) {
          yield next
          if (isFinal(next.status)) return
        } else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      signal?.removeEventListener('abort', tell)
      stop()
    }
  }

  /** Stops looking; who follows a job gets `closed`. */
  async close(): Promise<void> {
    this.#ended.abort()
    const error = new BatchError('closed', 'Could not follow the job any longer: its executor was closed. The job goes on.')
    for (const { listeners } of this.#watched.values()) for (const listener of listeners) listener(error)
    await this.#looping
  }

  #watch(id: string, listener: (news: JobSnapshot | Error) => void): () => void {
    if (this.#ended.signal.aborted)
      throw new BatchError('closed', `Could not follow the job ${id}: its executor is closed. Make a new one.`, { subject: id })
    const watched = this.#watched.get(id) ?? { listeners: new Set(), addedAt: this.#aws.clock.now().getTime() }
    watched.listeners.add(listener)
    if (watched.latest) listener(watched.latest)
    else {
      this.#watched.set(id, watched)
      this.#quietRounds = 0
      this.#wake.abort()
    }
    this.#looping ??= this.#loop()
    return () => {
      watched.listeners.delete(listener)
      if (watched.listeners.size > 0) return
      this.#watched.delete(id)
      if (this.#watched.size === 0) this.#wake.abort()
    }
  }

  async #loop(): Promise<void> {
    const signal = this.#ended.signal
    let round: string[] = []
    let changed = false
    let lastCallAt = Number.NEGATIVE_INFINITY
    while (this.#watched.size > 0 && !signal.aborted) {
      if (round.length === 0) {
        this.#quietRounds = changed ? 0 : this.#quietRounds + 1
        changed = false
        round = [...this.#watched.keys()]
      }
      const ids = round.splice(0, idsPerCall).filter((id) => this.#watched.has(id))
      if (ids.length > 0) {
        lastCallAt = this.#aws.clock.now().getTime()
        try {
          const { jobs = [] } = await this.#aws.call('DescribeJobs', { jobs: ids }, { purpose: `look at ${ids.length} jobs`, signal })
          if (this.#tell(ids, jobs.map(readSnapshot))) changed = true
        } catch (error) {
          if (signal.aborted) break
          for (const id of ids) for (const listener of this.#watched.get(id)?.listeners ?? []) listener(error as Error)
        }
      }
      await this.#pause(pollDelayMs(this.#quietRounds, Math.ceil(this.#watched.size / idsPerCall), this.#pace), lastCallAt)
    }
    // In the same turn as the last look at what is watched: a job that comes a turn later must not take this loop for one that goes on.
    this.#looping = undefined
  }

  /** Sleeps; a new job shortens that to what the fastest pace allows. */
  async #pause(delayMs: number, lastCallAt: number): Promise<void> {
    const { clock } = this.#aws
    for (let left = delayMs; left > 0 && this.#watched.size > 0; left = lastCallAt + this.#pace.fastestMs - clock.now().getTime()) {
      this.#wake = new AbortController()
      const signal = AbortSignal.any([this.#wake.signal, this.#ended.signal])
      const slept = await clock.sleep(left, signal).then(
        () => true,
        () => false,
      )
      if (slept || this.#ended.signal.aborted) return
    }
  }

  /** Whether anything has changed. */
  #tell(ids: readonly string[], snapshots: readonly JobSnapshot[]): boolean {
    const found = new Map(snapshots.map((snapshot) => [snapshot.id, snapshot]))
    let changed = false
    for (const id of ids) {
      const watched = this.#watched.get(id)
      if (!watched) continue
      const snapshot = found.get(id)
      if (snapshot && !isSame(watched.latest, snapshot)) {
        changed = true
        watched.latest = snapshot
        for (const listener of watched.listeners) listener(snapshot)
      } else if (!snapshot && this.#aws.clock.now().getTime() - watched.addedAt > unknownForMs) {
        const error = new BatchError(
          'not-found',
          `Could not find the job ${id}: AWS Batch does not know it, or does not any more, as it forgets jobs after seven days.`,
          { subject: id },
        )
        for (const listener of watched.listeners) listener(error)
      }
    }
    return changed
  }
}

function isSame(one: JobSnapshot | undefined, other: JobSnapshot): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
