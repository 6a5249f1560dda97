import { BatchError } from '../batch-error.ts'
import type { Aws } from '../client/aws.ts'
import { isFinal, type JobSnapshot } from '../jobs/job-snapshot.ts'
import type { JobPoller } from '../poll/job-poller.ts'
import { type JobLogLine, readLogPage } from './log-stream.ts'

/** CloudWatch Logs shows a line some seconds after it was written: that many looks long the end of a log is waited for. */
const arrivalLooks = 2
/** After this nothing is waited for, even where this machine's clock and AWS's do not agree. */
const longestArrivalMs = 60_000
/** The longest time between two looks, in shortest times. */
const mostEasing = 5

/** What to follow. */
export interface FollowOptions {
  readonly aws: Aws
  readonly poller: JobPoller
  /** Ends when there is nothing more now, instead of when the job has ended. */
  readonly once: boolean
  readonly signal?: AbortSignal
}

/**
 * What a job, not an array, has written, attempt after attempt, as it comes; ends when the job has ended and its log too.
 * Asks as often as jobs are looked at while something comes, every second unless told otherwise, easing to a fifth as often.
 *
 * @throws BatchError `unsupported` where the logs are not in CloudWatch Logs, and as `readLogPage` and `JobPoller.follow`.
 */
export async function* followLog(id: string, { aws, poller, once, signal }: FollowOptions): AsyncGenerator<JobLogLine, void, void> {
  const watch = new AbortController()
  const ended = signal ? AbortSignal.any([signal, watch.signal]) : watch.signal
  const firstDelayMs = poller.fastestMs
  const arrivalMs = arrivalLooks * firstDelayMs
  const news = new LatestSnapshot(poller.follow(id, ended))
  try {
    let job = await news.first()
    if (!job.logsInCloudWatch)
      throw new BatchError(
        'unsupported',
        `Could not read the log of the job ${id}: it goes to another place than CloudWatch Logs, as its logDriver says. Read it there.`,
        { subject: id },
      )
    for (let attempt = 1; ; attempt += 1) {
      let next: string | undefined
      let delayMs = firstDelayMs
      let endedAt: number | undefined
      for (;;) {
        job = news.latest(job)
        const over = isOver(job, attempt)
        const stream = streamOf(job, attempt)
        const page = stream === undefined ? undefined : await readLogPage(aws, { group: job.logGroup, stream }, next, signal)
        next = page?.next ?? next
        for (const line of page?.lines ?? []) yield { ...line, attempt, ...(job.index === undefined ? {} : { index: job.index }) }
        if (page && !page.atEnd) continue
        const now = aws.clock.now().getTime()
        if (over) endedAt ??= now
        const arrived = now - (endedAt ?? now) >= arrivalMs || now - (stoppedAt(job, attempt)?.getTime() ?? now) >= longestArrivalMs
        if (once || (endedAt !== undefined && (stream === undefined || arrived))) break
        delayMs = page && page.lines.length > 0 ? firstDelayMs : Math.min(mostEasing * firstDelayMs, delayMs * 1.3)
        await aws.clock.sleep(Math.min(delayMs, over ? arrivalMs : delayMs), signal)
      }
      const more = job.attempts.length > attempt || (once && job.attempts.length === attempt && !isFinal(job.status))
      if (!more && (once || isFinal(job.status))) return
    }
  } finally {
    watch.abort()
    await news.close()
  }
}

/** Whether an attempt has ended. */
function isOver(job: JobSnapshot, attempt: number): boolean {
  return isFinal(job.status) || job.attempts.length >= attempt
}

function stoppedAt(job: JobSnapshot, attempt: number): Date | undefined {
  return job.attempts[attempt - 1]?.stoppedAt ?? job.stoppedAt
}

function streamOf(job: JobSnapshot, attempt: number): string | undefined {
  const past = job.attempts[attempt - 1]
  if (past) return past.logStream
  // The container is the one that runs now, which is this attempt if all before it have ended.
  return job.attempts.length === attempt - 1 ? job.logStream : undefined
}

/** Keeps the newest of a job's snapshots at hand. */
class LatestSnapshot {
  readonly #reading: Promise<void>
  readonly #first: Promise<JobSnapshot>
  #latest: JobSnapshot | undefined
  #error: unknown

  constructor(snapshots: AsyncIterable<JobSnapshot>) {
    const { promise, resolve, reject } = Promise.withResolvers<JobSnapshot>()
    this.#first = promise
    // Who does not wait for the first one hears of a failure through `latest`.
    promise.catch(() => undefined)
    this.#reading = this.#read(snapshots, resolve).catch((error: unknown) => {
      this.#error = error
      reject(error)
    })
  }

  first(): Promise<JobSnapshot> {
    return this.#first
  }

  latest(before: JobSnapshot): JobSnapshot {
    if (this.#error !== undefined) throw this.#error
    return this.#latest ?? before
  }

  async close(): Promise<void> {
    await this.#reading
  }

  async #read(snapshots: AsyncIterable<JobSnapshot>, first: (snapshot: JobSnapshot) => void): Promise<void> {
    for await (const snapshot of snapshots) {
      this.#latest = snapshot
      first(snapshot)
    }
  }
}
