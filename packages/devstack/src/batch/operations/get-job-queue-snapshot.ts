import type { BatchOperation } from '../batch-context.ts'
import type { Job } from '../machine/jobs/job.ts'
import { queueNamed } from './queue-named.ts'

/** The first 100 jobs that wait for room. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_GetJobQueueSnapshot.html */
export const getJobQueueSnapshot: BatchOperation = (context, input) => {
  const { state, arns } = context
  const queue = queueNamed(context, input.needText('jobQueue'))
  const waiting: Job[] = []
  for (const job of state.jobs.values()) if (job.status === 'RUNNABLE' && job.spec.queue === queue.name) waiting.push(job)
  const isRetry = ({ attempts }: Job): number => (attempts.length > 0 ? 0 : 1)
  waiting.sort((a, b) => isRetry(a) - isRetry(b))
  const jobs = waiting.slice(0, 100).map((job) => ({ jobArn: arns.job(job.id), earliestTimeAtPosition: job.createdAt }))
  return { frontOfQueue: { jobs, lastUpdatedAt: state.now } }
}
