import type { BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import { checkNeeds } from '../definitions/container-needs.ts'
import type { ContainerProperties } from '../definitions/definition.ts'
import { readRetryStrategy, readTags, readTimeout } from '../definitions/read-policies.ts'
import type { Fields } from '../fields.ts'

const maxSizeBytes = 24 * 1_024

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html */
export const registerJobDefinition: BatchOperation = ({ state, arns, dispatch }, input) => {
  const name = input.needText('jobDefinitionName')
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) throw clientError('Job Definition name should match valid pattern')
  if (input.needText('type') !== 'container' || !input.has('containerProperties'))
    throw clientError('The devstack runs job definitions of type container with containerProperties only')
  if (Buffer.byteLength(JSON.stringify(input.value)) > maxSizeBytes) throw clientError('Job Definition size must be at most 24 KiB')
  const platform = readPlatform(input)
  const container = readContainer(input, platform)
  const retryStrategy = readRetryStrategy(input)
  const timeoutSeconds = readTimeout(input)
  const propagateTags = input.boolean('propagateTags')
  const schedulingPriority = input.wholeNumber('schedulingPriority', { least: 0, most: 9_999 })
  let revision = 1
  for (const each of state.definitions.values()) if (each.name === name) revision = each.revision + 1
  const arn = arns.definition(name, revision)
  dispatch({
    type: 'register',
    definition: {
      name,
      revision,
      arn,
      platform,
      container,
      parameters: input.textMap('parameters') ?? {},
      ...(retryStrategy === undefined ? {} : { retryStrategy }),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(propagateTags === undefined ? {} : { propagateTags }),
      ...(schedulingPriority === undefined ? {} : { schedulingPriority }),
      active: true,
    },
    tags: readTags(input),
  })
  return { jobDefinitionName: name, jobDefinitionArn: arn, revision }
}

function readPlatform(input: Fields): 'EC2' | 'FARGATE' {
  const [platform = 'EC2', ...more] = input.texts('platformCapabilities') ?? []
  if ((platform !== 'EC2' && platform !== 'FARGATE') || more.length > 0)
    throw clientError('platformCapabilities must be one of EC2 and FARGATE')
  return platform
}

function readContainer(input: Fields, platform: 'EC2' | 'FARGATE'): ContainerProperties {
  const given = input.object('containerProperties')
  if (!given) throw clientError('containerProperties must not be null')
  given.needText('image')
  if (given.texts('command')?.includes('')) throw clientError('Command must not contain empty strings')
  for (const each of given.objects('environment') ?? [])
    if (each.text('name')?.startsWith('AWS_BATCH')) throw clientError('Environment variables must not start with AWS_BATCH')
  for (const each of given.objects('resourceRequirements') ?? []) each.needText('value')
  const container = given.value as ContainerProperties
  checkNeeds(container, platform)
  if (platform === 'FARGATE' && !given.has('executionRoleArn')) throw clientError('Fargate requires executionRoleArn')
  return container
}
