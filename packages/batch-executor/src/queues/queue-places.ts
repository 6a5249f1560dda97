import type { Aws } from '../client/aws.ts'
import type { Fault } from '../client/read-fault.ts'

/** Nothing depends on the answer: whatever keeps it from coming, it is not waited for. */
const anyFault: readonly Fault[] = ['denied', 'no-credentials', 'no-region', 'refused', 'stale', 'throttled', 'unknown', 'unsent']

/**
 * The places, from 1 on, of the jobs that wait for a machine in a queue, by their ids; an array has that of its first child. One call.
 * AWS Batch tells of the first 100, where a policy allows to ask (`batch:GetJobQueueSnapshot`); a job of which it tells nothing is left out.
 *
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_GetJobQueueSnapshot.html
 *
 * @throws the signal's reason.
 */
export async function queuePlaces(aws: Aws, queue: string, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const places = new Map<string, number>()
  try {
    const options = { purpose: `look at the queue ${queue}`, own: anyFault, ...(signal ? { signal } : {}) }
    const { frontOfQueue } = await aws.call('GetJobQueueSnapshot', { jobQueue: queue }, options)
    for (const [position, { jobArn }] of (frontOfQueue?.jobs ?? []).entries()) {
      const [, id] = /:job\/([^:]+)(?::\d+)?$/.exec(jobArn ?? '') ?? []
      if (id !== undefined && !places.has(id)) places.set(id, position + 1)
    }
  } catch {
    signal?.throwIfAborted()
  }
  return places
}
