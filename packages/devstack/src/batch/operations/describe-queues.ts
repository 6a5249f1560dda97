import { accountId } from '../arns.ts'
import type { BatchContext, BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import type { Fields, JsonObject } from '../fields.ts'
import type { QueueState } from '../machine/batch-state.ts'
import { pageOf } from '../page.ts'

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobQueues.html */
export const describeJobQueues: BatchOperation = (context, input) => {
  const { arns } = context
  const named = namesOf(input, 'jobQueues')?.map((each) => arns.name(each, 'job-queue'))
  return describe(context, input, {
    member: 'jobQueues',
    isWanted: ({ name }) => !named || named.includes(name),
    describeOne: ({ name, enabled, pool }) => ({
      jobQueueName: name,
      jobQueueArn: arns.queue(name),
      state: enabled ? 'ENABLED' : 'DISABLED',
      status: 'VALID',
      statusReason: 'JobQueue Healthy',
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: arns.environment(pool.options.name) }],
      serviceEnvironmentOrder: [],
      jobQueueType: pool.options.kind.startsWith('FARGATE') ? 'ECS_FARGATE' : 'ECS',
      tags: context.state.tags.get(arns.queue(name)) ?? {},
      jobStateTimeLimitActions: [],
    }),
  })
}

/** Each queue has a compute environment of its own. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeComputeEnvironments.html */
export const describeComputeEnvironments: BatchOperation = (context, input) => {
  const { arns } = context
  const named = namesOf(input, 'computeEnvironments')?.map((each) => arns.name(each, 'compute-environment'))
  return describe(context, input, {
    member: 'computeEnvironments',
    isWanted: ({ pool }) => !named || named.includes(pool.options.name),
    describeOne: ({ pool }) => {
      const { name, kind, hosts, perHost } = pool.options
      const isFargate = kind.startsWith('FARGATE')
      return {
        computeEnvironmentName: name,
        computeEnvironmentArn: arns.environment(name),
        ecsClusterArn: arns.cluster(name),
        tags: context.state.tags.get(arns.environment(name)) ?? {},
        type: 'MANAGED',
        state: 'ENABLED',
        status: 'VALID',
        statusReason: 'ComputeEnvironment Healthy',
        computeResources: {
          type: kind,
          maxvCpus: hosts * perHost.vcpus,
          ...(isFargate
            ? {}
            : {
                minvCpus: 0,
                desiredvCpus: hosts * perHost.vcpus,
                instanceTypes: ['optimal'],
                instanceRole: `arn:aws:iam::${accountId}:instance-profile/millrace-dev`,
                allocationStrategy: kind === 'SPOT' ? 'SPOT_PRICE_CAPACITY_OPTIMIZED' : 'BEST_FIT_PROGRESSIVE',
              }),
          subnets: ['subnet-00000000000000000'],
          securityGroupIds: ['sg-00000000000000000'],
          tags: {},
        },
        serviceRole: `arn:aws:iam::${accountId}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch`,
        containerOrchestrationType: 'ECS',
      }
    },
  })
}

function namesOf(input: Fields, member: string): readonly string[] | undefined {
  const names = input.texts(member)
  if (names && names.length > 100) throw clientError(`Maximum number of ${member} supported is 100`)
  return names && names.length > 0 ? names : undefined
}

function describe(
  { state }: BatchContext,
  input: Fields,
  {
    member,
    isWanted,
    describeOne,
  }: {
    readonly member: string
    readonly isWanted: (queue: QueueState) => boolean
    readonly describeOne: (queue: QueueState) => JsonObject
  },
): JsonObject {
  const found = [...state.queues.values()].map((queue, place) => ({ queue, place })).filter(({ queue }) => isWanted(queue))
  const { items, nextToken } = pageOf(found, input, { most: 100, markOf: ({ place }) => place, isAfter: (mark, last) => mark > last })
  return { [member]: items.map(({ queue }) => describeOne(queue)), ...(nextToken === undefined ? {} : { nextToken }) }
}
