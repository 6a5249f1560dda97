import type { Aws } from '../client/aws.ts'
import { describeJobs, listChildren } from '../list/list-jobs.ts'
import type { JobSnapshot } from './job-snapshot.ts'

/** Whether a job, or any child of an array, has left the queue. */
export function hasBegun({ status, counts }: JobSnapshot): boolean {
  if (!counts) return status === 'starting' || status === 'running' || status === 'succeeded' || status === 'failed'
  return (
    (counts.starting ?? 0) + (counts.running ?? 0) + (counts.succeeded ?? 0) + (counts.failed ?? 0) > 0 ||
    status === 'succeeded' ||
    status === 'failed'
  )
}

/** Why a job still waits in the queue, in AWS Batch's own words, without their full stop, where it has any. Of an array its first waiting child is asked: two calls. */
export async function waitingReason(aws: Aws, job: JobSnapshot, signal?: AbortSignal): Promise<string | undefined> {
  if (job.statusReason || job.size === undefined) return withoutStop(job.statusReason)
  for await (const { id } of listChildren(aws, job.id, { status: 'runnable', ...(signal ? { signal } : {}) })) {
    const [child] = await describeJobs(aws, [id], signal)
    return withoutStop(child?.statusReason)
  }
  return undefined
}

/** What was said of it, as a part of a sentence. */
export const reasonWords = (reason: string | undefined): string => (reason ? `AWS Batch says: ${reason}` : 'AWS Batch gives no reason')

const withoutStop = (reason: string | undefined): string | undefined => reason?.replace(/\.$/, '') || undefined
