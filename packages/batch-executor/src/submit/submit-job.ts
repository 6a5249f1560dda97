import type { SubmitJobRequest } from '@aws-sdk/client-batch'
import { type Aws, CallFault } from '../client/aws.ts'
import { jobsNamed } from '../list/jobs-named.ts'

/** How long after a lost answer the job is looked for before it is submitted again. A list may be behind by seconds. */
const lookAfterMs: readonly number[] = [500, 1_500, 4_000]
/** After a second submission the list is given this long to show the first. */
const settledAfterMs = 4_000
/** Submissions with an unknown outcome before it is given up. */
const mostSubmissions = 3

/**
 * Submits a job once. AWS Batch has no token for that: where an answer is lost, the job is looked for by its name, which no other job has, and only submitted again where there is none.
 * If it appears after all, the older one stays and the other is terminated.
 *
 * Costs one call; after a lost answer up to three more before the next submission.
 *
 * @throws CallFault `refused` or `denied`, as AWS answers it; BatchError.
 */
export async function submitJob(aws: Aws, request: SubmitJobRequest, signal?: AbortSignal): Promise<string> {
  const name = request.jobName ?? ''
  const queue = request.jobQueue ?? ''
  const options = { purpose: `submit the job ${name} to the queue ${queue}`, subject: name, ...(signal ? { signal } : {}) }
  for (let submissions = 1; ; submissions += 1) {
    try {
      const { jobId = '' } = await aws.call('SubmitJob', request, { ...options, own: ['unknown', 'refused', 'denied'] })
      return submissions === 1 ? jobId : await onlyOne(aws, { name, queue, jobId }, signal)
    } catch (error) {
      if (!(error instanceof CallFault) || error.fault !== 'unknown') throw error
      for (const delayMs of lookAfterMs) {
        await aws.clock.sleep(delayMs, signal)
        const [found] = await jobsNamed(aws, { name, queue }, signal)
        if (found) return found
      }
      if (submissions === mostSubmissions) throw error.toBatchError()
    }
  }
}

/** Terminates what an earlier submission has made after all. Which job stays is decided by age, so that two who decide agree. */
async function onlyOne(
  aws: Aws,
  { name, queue, jobId }: { readonly name: string; readonly queue: string; readonly jobId: string },
  signal?: AbortSignal,
): Promise<string> {
  await aws.clock.sleep(settledAfterMs, signal)
  const ids = await jobsNamed(aws, { name, queue }, signal)
  const [stays = jobId, ...others] = ids.includes(jobId) ? ids : [...ids, jobId]
  for (const other of others) {
    const options = { purpose: `terminate the job ${other}, which is ${stays} once more`, subject: other, ...(signal ? { signal } : {}) }
    await aws.call('TerminateJob', { jobId: other, reason: `The same as ${stays}, submitted again when an answer was lost.` }, options)
  }
  return stays
}

/** Whether AWS has refused a submission because it does not know the job definition, or it is another account's. */
export function isUnknownDefinition(error: unknown): boolean {
  return error instanceof CallFault && /job-?definition/i.test(error.message)
}
