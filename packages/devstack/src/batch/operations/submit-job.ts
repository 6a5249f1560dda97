import { randomUUID } from 'node:crypto'
import type { BatchContext, BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import { checkNeeds, containerNeeds } from '../definitions/container-needs.ts'
import type { JobDefinition } from '../definitions/definition.ts'
import { findDefinition } from '../definitions/find-definition.ts'
import { mergeOverrides } from '../definitions/merge-overrides.ts'
import { readRetryStrategy, readTags, readTimeout } from '../definitions/read-policies.ts'
import type { Fields } from '../fields.ts'
import type { JobDependency, JobSpec } from '../machine/jobs/job.ts'
import { queueNamed } from './queue-named.ts'

const maxSizeBytes = 30 * 1_024

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html */
export const submitJob: BatchOperation = (context, input) => {
  const name = input.needText('jobName')
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(name)) throw clientError('Job name should match valid pattern')
  if (Buffer.byteLength(JSON.stringify(input.value)) > maxSizeBytes) throw clientError('Job size must be at most 30 KiB')
  for (const member of ['nodeOverrides', 'eksPropertiesOverride', 'ecsPropertiesOverride'])
    if (input.has(member)) throw clientError(`The devstack does not take ${member}: it runs container jobs only`)
  const queue = queueNamed(context, input.needText('jobQueue'))
  if (!queue.enabled) throw clientError(`Job queue ${queue.name} is DISABLED and does not accept new jobs`)
  const definitionText = input.needText('jobDefinition')
  const definition = findDefinition(context, definitionText)
  if (!definition) throw clientError(`JobDefinition name ${definitionText} does not exist or is not in ACTIVE status`)
  if ((definition.platform === 'FARGATE') !== queue.pool.options.kind.startsWith('FARGATE'))
    throw clientError(
      `The platform capabilities of job definition ${definition.name} (${definition.platform}) do not match the compute environments of job queue ${queue.name}`,
    )
  const size = input.object('arrayProperties')?.wholeNumber('size', { least: -1, most: Number.MAX_SAFE_INTEGER })
  if (size !== undefined && (size < 2 || size > 10_000)) throw clientError('Array size must be between 2 and 10000')
  const spec = readSpec(input, { name, queue: queue.name, definition })
  const id = randomUUID()
  context.dispatch({
    type: 'submit',
    id,
    arn: context.arns.job(id),
    spec,
    dependsOn: readDependencies(context, input, size),
    ...(size === undefined ? {} : { size }),
    tags: readTags(input),
  })
  return { jobArn: context.arns.job(id), jobName: name, jobId: id }
}

function readSpec(
  input: Fields,
  { name, queue, definition }: { readonly name: string; readonly queue: string; readonly definition: JobDefinition },
): JobSpec {
  const overrides = input.object('containerOverrides')
  const { container, misfit } = mergeOverrides(definition.container, overrides)
  checkNeeds(container, definition.platform)
  const timeoutSeconds = readTimeout(input) ?? definition.timeoutSeconds
  const propagateTags = input.boolean('propagateTags') ?? definition.propagateTags
  const schedulingPriority = input.wholeNumber('schedulingPriorityOverride', { least: 0, most: 9_999 }) ?? definition.schedulingPriority
  const shareIdentifier = input.text('shareIdentifier')
  return {
    name,
    queue,
    definition: definition.arn,
    platform: definition.platform,
    container,
    ...containerNeeds(container),
    parameters: { ...definition.parameters, ...input.textMap('parameters') },
    retryStrategy: readRetryStrategy(input) ?? definition.retryStrategy ?? {},
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(propagateTags === undefined ? {} : { propagateTags }),
    ...(schedulingPriority === undefined ? {} : { schedulingPriority }),
    ...(shareIdentifier === undefined ? {} : { shareIdentifier }),
    ...(misfit === undefined ? {} : { misfit }),
  }
}

function readDependencies({ state }: BatchContext, input: Fields, size: number | undefined): readonly JobDependency[] {
  const given = input.objects('dependsOn') ?? []
  if (given.length > 20) throw clientError('A job can depend upon at most 20 jobs')
  return given.map((each): JobDependency => {
    const jobId = each.text('jobId')
    const type = each.text('type')
    if (type !== undefined && type !== 'N_TO_N' && type !== 'SEQUENTIAL')
      throw clientError('The type of a dependency must be N_TO_N or SEQUENTIAL')
    if (type !== undefined && size === undefined) throw clientError(`A ${type} dependency needs an array job`)
    if (type === 'SEQUENTIAL') {
      if (jobId !== undefined) throw clientError('A SEQUENTIAL dependency takes no job id')
      return { type }
    }
    if (jobId === undefined) throw clientError('A dependency needs a job id')
    const other = state.jobs.get(jobId)
    if (!other) throw clientError(`Job ${jobId} does not exist`)
    if (type === 'N_TO_N' && other.array?.size !== size) throw clientError('An N_TO_N dependency needs two array jobs of the same size')
    return { jobId, ...(type === undefined ? {} : { type }) }
  })
}
