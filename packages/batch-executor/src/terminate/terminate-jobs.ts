import type { BatchError } from '../batch-error.ts'
import { type Aws, CallFault } from '../client/aws.ts'
import { isFinal, type JobStatus } from '../jobs/job-snapshot.ts'
import type { JobPoller } from '../poll/job-poller.ts'

/** The most ids that TerminateJobs takes. */
const idsPerCall = 50
const longestReason = 1_024
/** Batch gives a container 30 s between SIGTERM and SIGKILL. */
const defaultWaitMs = 35_000

/** How jobs are ended. */
export interface TerminateOptions {
  /** How long to wait until they have ended; 0 does not wait. Default 35,000: AWS Batch gives a program 30 s. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
}

/** What has become of jobs that were to be ended. */
export interface TerminateResult {
  /** Ids of those that have ended. */
  readonly ended: readonly string[]
  /** Those that had been told to, and had not ended yet when the wait was over. */
  readonly left: readonly { readonly id: string; readonly status: JobStatus }[]
  /** Those that could not be told to. */
  readonly failed: readonly { readonly id: string; readonly error: BatchError }[]
}

/**
 * Ends jobs, whatever they are doing; of an array all its children, with the one call of its own. A job that has ended already stays as it is.
 * One call for 50 jobs; where AWS does not have or allow that, one for each. Then it looks at them until they have ended.
 *
 * @throws the signal's reason, while it waits or asks: the jobs that were told to end still do.
 */
export async function terminateJobs(
  ids: readonly string[],
  {
    aws,
    poller,
    reason,
    waitMs = defaultWaitMs,
    signal,
  }: TerminateOptions & { readonly aws: Aws; readonly poller: JobPoller; readonly reason: string },
): Promise<TerminateResult> {
  const words = reason.slice(0, longestReason) || 'Ended by its user.'
  const failed = new Map<string, BatchError>()
  const unique = [...new Set(ids)]
  let bulk = unique.length > 1
  for (let start = 0; start < unique.length; start += idsPerCall) {
    const some = unique.slice(start, start + idsPerCall)
    const left = bulk ? await terminateSome(aws, some, { words, ...(signal ? { signal } : {}) }) : some
    // Where nothing of a bulk went through, the operation is what does not work.
    if (left.length === some.length) bulk = false
    await Promise.all(
      left.map(async (id) => {
        const error = await terminateOne(aws, id, { words, ...(signal ? { signal } : {}) })
        if (error) failed.set(id, error)
      }),
    )
  }
  const told = unique.filter((id) => !failed.has(id))
  const { ended, left } = await waitForEnd(told, { poller, waitMs, aws, ...(signal ? { signal } : {}) })
  return { ended, left, failed: [...failed].map(([id, error]) => ({ id, error })) }
}

interface Words {
  readonly words: string
  readonly signal?: AbortSignal
}

/** Tells many at once to end; gives those that must be told one by one. */
async function terminateSome(aws: Aws, ids: readonly string[], { words, signal }: Words): Promise<readonly string[]> {
  try {
    const { errors = [] } = await aws.call(
      'TerminateJobs',
      { jobs: [...ids], reason: words },
      { purpose: `end ${ids.length} jobs`, own: ['refused', 'denied'], ...(signal ? { signal } : {}) },
    )
    return errors.flatMap(({ job }) => job ?? [])
  } catch (error) {
    if (error instanceof CallFault) return ids
    throw error
  }
}

async function terminateOne(aws: Aws, id: string, { words, signal }: Words): Promise<BatchError | undefined> {
  try {
    await aws.call(
      'TerminateJob',
      { jobId: id, reason: words },
      { purpose: `end the job ${id}`, subject: id, ...(signal ? { signal } : {}) },
    )
    return undefined
  } catch (error) {
    signal?.throwIfAborted()
    return error as BatchError
  }
}

async function waitForEnd(
  ids: readonly string[],
  {
    aws,
    poller,
    waitMs,
    signal,
  }: { readonly aws: Aws; readonly poller: JobPoller; readonly waitMs: number; readonly signal?: AbortSignal },
): Promise<{ ended: string[]; left: { id: string; status: JobStatus }[] }> {
  const statuses = new Map<string, JobStatus>(ids.map((id) => [id, 'running']))
  if (waitMs > 0 && ids.length > 0) {
    const over = new AbortController()
    const until = signal ? AbortSignal.any([signal, over.signal]) : over.signal
    const followed = Promise.all(
      ids.map(async (id) => {
        for await (const { status } of poller.follow(id, until)) statuses.set(id, status)
      }),
    ).catch(() => undefined)
    await Promise.race([followed, aws.clock.sleep(waitMs, until).catch(() => undefined)])
    over.abort()
    await followed
    signal?.throwIfAborted()
  }
  const ended = ids.filter((id) => isFinal(statuses.get(id) ?? 'running'))
  return {
    ended,
    left: ids.flatMap((id) => {
      const status = statuses.get(id) ?? 'running'
      return isFinal(status) ? [] : [{ id, status }]
    }),
  }
}
