import type { BatchOperation } from './batch-context.ts'
import { deregisterJobDefinition } from './operations/deregister-job-definition.ts'
import { describeJobDefinitions } from './operations/describe-job-definitions.ts'
import { describeJobs } from './operations/describe-jobs.ts'
import { describeComputeEnvironments, describeJobQueues } from './operations/describe-queues.ts'
import { getJobQueueSnapshot } from './operations/get-job-queue-snapshot.ts'
import { listJobs } from './operations/list-jobs.ts'
import { registerJobDefinition } from './operations/register-job-definition.ts'
import { cancelJob, cancelJobs, terminateJob, terminateJobs } from './operations/stop-jobs.ts'
import { submitJob } from './operations/submit-job.ts'
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts'

/** An operation that the devstack serves, by the name that AWS has for it. */
export type BatchOperationName =
  | 'CancelJob'
  | 'CancelJobs'
  | 'DeregisterJobDefinition'
  | 'DescribeComputeEnvironments'
  | 'DescribeJobDefinitions'
  | 'DescribeJobQueues'
  | 'DescribeJobs'
  | 'GetJobQueueSnapshot'
  | 'ListJobs'
  | 'ListTagsForResource'
  | 'RegisterJobDefinition'
  | 'SubmitJob'
  | 'TagResource'
  | 'TerminateJob'
  | 'TerminateJobs'
  | 'UntagResource'

/** How each is answered. */
export const batchOperations: Readonly<Record<BatchOperationName, BatchOperation>> = {
  CancelJob: cancelJob,
  CancelJobs: cancelJobs,
  DeregisterJobDefinition: deregisterJobDefinition,
  DescribeComputeEnvironments: describeComputeEnvironments,
  DescribeJobDefinitions: describeJobDefinitions,
  DescribeJobQueues: describeJobQueues,
  DescribeJobs: describeJobs,
  GetJobQueueSnapshot: getJobQueueSnapshot,
  ListJobs: listJobs,
  ListTagsForResource: listTagsForResource,
  RegisterJobDefinition: registerJobDefinition,
  SubmitJob: submitJob,
  TagResource: tagResource,
  TerminateJob: terminateJob,
  TerminateJobs: terminateJobs,
  UntagResource: untagResource,
}

const byPath = new Map(Object.keys(batchOperations).map((name) => [`/v1/${name.toLowerCase()}`, name as BatchOperationName]))
const tagOperations: ReadonlyMap<string, BatchOperationName> = new Map([
  ['GET', 'ListTagsForResource'],
  ['POST', 'TagResource'],
  ['DELETE', 'UntagResource'],
])

/** The operation that a request is for; `undefined` where there is none. */
export function routeBatch(method: string, rawPath: string): BatchOperationName | undefined {
  if (rawPath.startsWith('/v1/tags/')) return tagOperations.get(method)
  return method === 'POST' ? byPath.get(rawPath) : undefined
}
