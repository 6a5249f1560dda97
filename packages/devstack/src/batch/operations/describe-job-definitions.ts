import type { BatchContext, BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import type { JobDefinition } from '../definitions/definition.ts'
import type { JsonObject } from '../fields.ts'
import { pageOf } from '../page.ts'

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeJobDefinitions.html */
export const describeJobDefinitions: BatchOperation = (context, input) => {
  const { state, arns } = context
  const asked = input.texts('jobDefinitions')
  const name = input.text('jobDefinitionName')
  if (asked && name !== undefined) throw clientError('Only one of jobDefinitions and jobDefinitionName can be given')
  if (asked && asked.length > 100) throw clientError('Maximum number of job definitions supported is 100')
  const wanted = asked && new Set(asked.map((each) => arns.name(each, 'job-definition')))
  const status = input.text('status')
  const matches = (each: JobDefinition): boolean =>
    (!wanted || wanted.has(`${each.name}:${each.revision}`) || wanted.has(each.name)) &&
    (name === undefined || each.name === arns.name(name, 'job-definition')) &&
    (status === undefined || status === (each.active ? 'ACTIVE' : 'INACTIVE'))
  const found = [...state.definitions.values()]
    .map((definition, place) => ({ definition, place }))
    .filter(({ definition }) => matches(definition))
  const { items, nextToken } = pageOf(found, input, { most: 100, markOf: ({ place }) => place, isAfter: (mark, last) => mark > last })
  return {
    jobDefinitions: items.map(({ definition }) => describe(context, definition)),
    ...(nextToken === undefined ? {} : { nextToken }),
  }
}

function describe({ state }: BatchContext, definition: JobDefinition): JsonObject {
  const { name, arn, revision, active, container, parameters, retryStrategy, timeoutSeconds, platform, ...rest } = definition
  return {
    jobDefinitionName: name,
    jobDefinitionArn: arn,
    revision,
    status: active ? 'ACTIVE' : 'INACTIVE',
    type: 'container',
    parameters,
    containerProperties: container,
    ...(retryStrategy ? { retryStrategy } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeout: { attemptDurationSeconds: timeoutSeconds } }),
    ...rest,
    platformCapabilities: [platform],
    containerOrchestrationType: 'ECS',
    tags: state.tags.get(arn) ?? {},
  }
}
