import type { BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import { jobDetail } from './job-detail.ts'

/** Jobs that are not known are left out. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobs.html */
export const describeJobs: BatchOperation = (context, input) => {
  const ids = input.texts('jobs')
  if (!ids) throw clientError('jobs must not be null')
  if (ids.length > 100) throw clientError('Maximum number of jobs supported is 100')
  const { state, arns, faults } = context
  const known = [...new Set(ids)].map((id) => state.jobs.get(arns.name(id, 'job'))).filter((job) => job !== undefined)
  return { jobs: known.filter(({ id }) => !faults.hides(id)).map((job) => jobDetail(context, job)) }
}
