import type { ComputeEnvironmentDetail, JobQueueDetail } from '@aws-sdk/client-batch'
import { BatchError } from '../batch-error.ts'
import type { Aws } from '../client/aws.ts'
import type { Platform } from '../definitions/container-options.ts'

/** What a queue is, as far as a job must know. */
export interface QueueFacts {
  readonly arn: string
  readonly name: string
  readonly platform: Platform
  /** Whether AWS may take the machines away. */
  readonly spot: boolean
  /** Whether jobs share it by a scheduling policy, and so must name a share. */
  readonly fairShare: boolean
}

/**
 * Asks AWS about a queue and its compute environments: two calls.
 *
 * @throws BatchError `not-found`, `queue-disabled`, `queue-invalid` with AWS's own reason, `unsupported` for a queue of EKS or SageMaker.
 */
export async function askQueueFacts(aws: Aws, queue: string, signal?: AbortSignal): Promise<QueueFacts> {
  const options = { purpose: `look up the queue ${queue}`, subject: queue, ...(signal ? { signal } : {}) }
  const { jobQueues = [] } = await aws.call('DescribeJobQueues', { jobQueues: [queue] }, options)
  const detail = jobQueues[0]
  if (!detail) throw await notFound(aws, queue, signal)
  const names = (detail.computeEnvironmentOrder ?? []).map(({ computeEnvironment }) => computeEnvironment ?? '')
  const { computeEnvironments = [] } =
    names.length === 0 ? {} : await aws.call('DescribeComputeEnvironments', { computeEnvironments: names }, options)
  return readQueueFacts(detail, computeEnvironments)
}

/** What AWS's answers say. @throws BatchError as {@link askQueueFacts}. */
function readQueueFacts(queue: JobQueueDetail, environments: readonly ComputeEnvironmentDetail[]): QueueFacts {
  const name = queue.jobQueueName ?? ''
  const refuse = (code: 'queue-disabled' | 'queue-invalid' | 'unsupported', why: string): BatchError =>
    new BatchError(code, `Could not use the queue ${name}: ${why}`, { subject: name })
  if (queue.state === 'DISABLED')
    throw refuse(
      'queue-disabled',
      `it is disabled, and takes no jobs. Enable it: aws batch update-job-queue --job-queue ${name} --state ENABLED`,
    )
  if (queue.status !== undefined && queue.status !== 'VALID')
    throw refuse('queue-invalid', `its status is ${queue.status}${reasonText(queue.statusReason)}. Mend it in the AWS Batch console.`)
  if (environments.length === 0)
    throw refuse('unsupported', 'it has no compute environment of AWS Batch. Millrace runs containers on queues of Fargate or EC2.')
  if (environments.some(({ containerOrchestrationType }) => containerOrchestrationType === 'EKS'))
    throw refuse('unsupported', 'its jobs run on EKS. Millrace runs containers on queues of Fargate or EC2.')
  const usable = environments.filter(({ state, status }) => state !== 'DISABLED' && (status === undefined || status === 'VALID'))
  if (usable.length === 0) {
    const [{ computeEnvironmentName, state, status, statusReason } = {} as Partial<ComputeEnvironmentDetail>] = environments
    throw refuse(
      'queue-invalid',
      `none of its compute environments can run anything: ${computeEnvironmentName} is ${state === 'DISABLED' ? 'disabled' : status}${reasonText(statusReason)}. Mend it in the AWS Batch console.`,
    )
  }
  const types = usable.map(({ computeResources }) => String(computeResources?.type ?? 'EC2'))
  return {
    arn: queue.jobQueueArn ?? name,
    name,
    platform: types.some((type) => type.startsWith('FARGATE')) ? 'FARGATE' : 'EC2',
    spot: types.some((type) => type.endsWith('SPOT')),
    fairShare: queue.schedulingPolicyArn !== undefined,
  }
}

function reasonText(reason: string | undefined): string {
  return reason ? ` (${reason})` : ''
}

/** The error for a queue that does not exist, with those that do. */
async function notFound(aws: Aws, queue: string, signal?: AbortSignal): Promise<BatchError> {
  let there = ''
  try {
    const options = { purpose: 'list the queues', ...(signal ? { signal } : {}) }
    const { jobQueues = [] } = await aws.call('DescribeJobQueues', { maxResults: 20 }, options)
    const names = jobQueues.map(({ jobQueueName }) => jobQueueName)
    there = names.length === 0 ? ' There are no queues here at all.' : ` There are ${names.join(', ')}.`
  } catch (error) {
    signal?.throwIfAborted()
    // The first answer is what matters; a list is only help.
    there = ` (The queues that there are could not be listed: ${error instanceof Error ? error.message : error})`
  }
  const region = await aws.region()
  return new BatchError(
    'not-found',
    `Could not find the queue ${queue} in ${region}.${there} Give the name or ARN of a queue, and look at the region.`,
    { subject: queue },
  )
}
