import type { Aws } from '../client/aws.ts'
import type { JobFailure } from '../failures/job-failure.ts'
import { describeJobs, listChildren } from '../list/list-jobs.ts'
import { followLog } from '../logs/follow-log.ts'
import type { JobLogLine } from '../logs/log-stream.ts'
import { mergeLogs } from '../logs/merge-logs.ts'
import type { JobPoller } from '../poll/job-poller.ts'
import { type Duration, durationMs } from '../submit/duration.ts'
import { type TerminateOptions, type TerminateResult, terminateJobs } from '../terminate/terminate-jobs.ts'
import { type JobResult, jobResult } from './job-result.ts'
import type { JobSnapshot } from './job-snapshot.ts'
import { hasBegun, reasonWords, waitingReason } from './queue-time.ts'

/** Failed children of an array that are looked at for what they failed of: one call. */
const mostFailures = 100

/** How a job is waited for. */
export interface WaitOptions {
  /** How long it may wait in the queue; after that it is ended, and its failure is `no-capacity` with AWS Batch's own reason. Default as long as AWS lets it. */
  readonly maxQueueTime?: Duration
  readonly signal?: AbortSignal
}

/** How the log of a job is read. */
export interface LogsOptions {
  /** Until the job has ended. `false`: what there is now. Default `true`. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

/** A job on AWS Batch: one, an array, or a child of an array. */
export class Job {
  readonly id: string
  readonly #aws: Aws
  readonly #poller: JobPoller

  constructor(id: string, { aws, poller }: { readonly aws: Aws; readonly poller: JobPoller }) {
    this.id = id
    this.#aws = aws
    this.#poller = poller
  }

  /** The job now, then after each change, until it has ended. @throws BatchError `not-found`, `closed`; the signal's reason. */
  changes(options: { readonly signal?: AbortSignal } = {}): AsyncIterable<JobSnapshot> {
    return this.#poller.follow(this.id, options.signal)
  }

  /**
   * How the job ended, once it has. That it failed is a result, not an error.
   * All jobs of an executor that are waited for are looked at together: 100 with a call, at most one call a second, easing to one in ten.
   * Aborting `signal` stops waiting, not the job.
   *
   * @throws BatchError `not-found`, `closed`, or that AWS could not be asked; the signal's reason.
   */
  async wait({ maxQueueTime, signal }: WaitOptions = {}): Promise<JobResult> {
    const queueMs = maxQueueTime === undefined ? undefined : durationMs(maxQueueTime, 'maxQueueTime')
    const stop = new AbortController()
    const until = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
    const queueing = new AbortController()
    let last: JobSnapshot | undefined
    let givenUp: Promise<JobFailure | undefined> | undefined
    try {
      for await (const snapshot of this.#poller.follow(this.id, until)) {
        last = snapshot
        if (hasBegun(snapshot)) queueing.abort()
        else if (queueMs !== undefined && !givenUp) {
          givenUp = this.#giveUpAfter(queueMs, snapshot, AbortSignal.any([until, queueing.signal]))
          // A job that cannot be ended must not be waited for.
          givenUp.catch((error: unknown) => stop.abort(error))
        }
      }
    } finally {
      queueing.abort()
    }
    if (!last) throw new TypeError('A job that is followed is told of at least once.')
    const failed = last.size !== undefined && last.status === 'failed' ? await this.#failedChildren(signal) : []
    const result = jobResult(last, failed)
    const failure = await givenUp
    return failure && result.status === 'failed' ? { ...result, failure } : result
  }

  /**
   * Why the job still waits in its queue, in AWS Batch's own words: `CAPACITY:...`, `MISCONFIGURATION:...`. Nothing where it gives no reason, or the job does not wait.
   * One call; of an array its first waiting child is asked, by two more.
   */
  async queueReason(options: { readonly signal?: AbortSignal } = {}): Promise<string | undefined> {
    const [job] = await describeJobs(this.#aws, [this.id], options.signal)
    return job && !hasBegun(job) ? await waitingReason(this.#aws, job, options.signal) : undefined
  }

  /**
   * What the job has written to stdout and stderr, as it comes; of an array that of its children, each line with its `index`, in order within a child.
   *
   * @throws BatchError `unsupported` where it is not in CloudWatch Logs; the signal's reason.
   */
  async *logs({ follow = true, signal }: LogsOptions = {}): AsyncGenerator<JobLogLine, void, void> {
    const options = { aws: this.#aws, poller: this.#poller, once: !follow, ...(signal ? { signal } : {}) }
    const [job] = await describeJobs(this.#aws, [this.id], signal)
    if (job?.size === undefined) yield* followLog(this.id, options)
    else
      yield* mergeLogs(
        Array.from({ length: job.size }, (_, index) => (end) => followLog(`${this.id}:${index}`, { ...options, signal: end })),
        signal,
      )
  }

  /** Ends the job, an array with all its children, and waits until it has. Calls: one, and looks. @throws the signal's reason. */
  terminate(reason: string, options: TerminateOptions = {}): Promise<TerminateResult> {
    return terminateJobs([this.id], { aws: this.#aws, poller: this.#poller, reason, ...options })
  }

  /** A child of this array. @throws RangeError where `index` cannot be one. */
  child(index: number): Job {
    if (!Number.isInteger(index) || index < 0 || index > 9_999)
      throw new RangeError(`A child of an array has an index from 0 to 9,999, and not ${index}.`)
    return new Job(`${this.id}:${index}`, { aws: this.#aws, poller: this.#poller })
  }

  async #failedChildren(signal?: AbortSignal): Promise<readonly JobSnapshot[]> {
    const ids: string[] = []
    for await (const { id } of listChildren(this.#aws, this.id, { status: 'failed', ...(signal ? { signal } : {}) })) {
      ids.push(id)
      if (ids.length === mostFailures) break
    }
    return await describeJobs(this.#aws, ids, signal)
  }

  /** Ends the job when it has been in the queue for too long, and says so; gives nothing where it has left the queue before. */
  async #giveUpAfter(queueMs: number, first: JobSnapshot, signal: AbortSignal): Promise<JobFailure | undefined> {
    const { clock } = this.#aws
    const since = first.createdAt?.getTime() ?? clock.now().getTime()
    try {
      await clock.sleep(Math.max(0, since + queueMs - clock.now().getTime()), signal)
    } catch {
      return undefined
    }
    const [job = first] = await describeJobs(this.#aws, [this.id])
    if (hasBegun(job)) return undefined
    const why = reasonWords(await waitingReason(this.#aws, job))
    const minutes = Math.round(queueMs / 6_000) / 10
    const message = `The job waited in the queue for ${minutes} min and was given no machine. ${why}.`
    const { failed } = await terminateJobs([this.id], { aws: this.#aws, poller: this.#poller, reason: message, waitMs: 0 })
    if (failed[0]) throw failed[0].error
    return {
      kind: 'no-capacity',
      message,
      advice: 'Look whether the queue has machines large enough and enough of them, and whether its subnets reach ECS; or wait longer.',
      retryable: true,
    }
  }
}
