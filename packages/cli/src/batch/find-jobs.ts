import type { BatchExecutor, FlowJob, JobSummary } from '@millrace/batch-executor'
import type { ChosenJobs } from './chosen-jobs.ts'

/** A job of the flow that may still run. */
export type FoundJob = JobSummary &
  Pick<FlowJob, 'run' | 'step' | 'user'> & {
    /** In its queue, from 1 on, where AWS Batch tells. */
    readonly place?: number
  }

/** The jobs that are chosen and have not ended, by run and step. What others have put on the queues is left out, whatever its name. */
export async function findJobs(
  executor: BatchExecutor,
  { flow, run, user, queues }: ChosenJobs,
  signal: AbortSignal,
): Promise<readonly FoundJob[]> {
  const { flowJobNamePrefix, flowJobParameters, readFlowJob } = await import('@millrace/batch-executor')
  const parameters = flowJobParameters({ flow, ...(run === undefined ? {} : { run }), ...(user === undefined ? {} : { user }) })
  const namePrefix = flowJobNamePrefix({ flow, ...(run === undefined ? {} : { run }) })
  const found: FoundJob[] = []
  for (const queue of queues) {
    const before = found.length
    for await (const summary of executor.list({ queue, namePrefix, parameters, signal })) {
      const job = readFlowJob(summary.parameters ?? {})
      if (job) found.push({ ...summary, run: job.run, step: job.step, user: job.user })
    }
    const here = found.splice(before)
    const places = here.some(isWaiting) ? await executor.places({ queue, signal }) : new Map<string, number>()
    for (const job of here) {
      const place = places.get(job.id)
      found.push(place === undefined ? job : { ...job, place })
    }
  }
  const age = ({ createdAt }: FoundJob): number => createdAt?.getTime() ?? 0
  return found.sort((one, other) => Number(one.run) - Number(other.run) || age(one) - age(other))
}

const isWaiting = ({ status }: FoundJob): boolean => status === 'pending' || status === 'runnable'
