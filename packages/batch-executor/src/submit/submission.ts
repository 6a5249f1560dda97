import type { SubmitJobRequest } from '@aws-sdk/client-batch'
import { retryStrategy } from '../failures/retry-strategy.ts'
import type { QueueFacts } from '../queues/queue-facts.ts'
import { durationMs } from './duration.ts'
import { jobName, newJobId } from './job-name.ts'
import type { JobOptions } from './job-options.ts'

/** AWS Batch counts the overrides in characters, and fails the job, not the call, where there are more. */
const overridesLimit = 8_192
const requestLimitBytes = 30 * 1_024
const defaultTimeout = '5d'

/**
 * The request that submits a job to a definition, checked against what AWS Batch takes.
 *
 * @throws TypeError and RangeError for what AWS Batch would refuse, now or when the job is to start.
 */
export function submission(options: JobOptions, facts: QueueFacts): Omit<SubmitJobRequest, 'jobDefinition'> {
  const { command, commandIn = 'job', size = 1, dependsOn = [], tags = {}, parameters } = options
  if (!Number.isInteger(size) || size < 1 || size > 10_000)
    throw new RangeError(
      `size must be a whole number from 1 to 10,000, and ${size} is not. Let each job do more, or submit several arrays.`,
    )
  if (dependsOn.length > 20) throw new RangeError(`A job depends on at most 20 others, and not on ${dependsOn.length}.`)
  if (command?.includes('')) throw new TypeError('A word of the command is empty, which AWS Batch does not take. Leave it out.')
  const timeoutSeconds = Math.ceil(durationMs(options.timeout ?? defaultTimeout, 'timeout') / 1_000)
  if (timeoutSeconds < 60) throw new RangeError(`timeout must be 60 s or longer on AWS Batch, and ${options.timeout} is shorter.`)
  const environment = environmentOf(options.env ?? {})
  const request = {
    jobName: jobName(options.name, options.id ?? newJobId()),
    jobQueue: facts.arn,
    ...(size > 1 ? { arrayProperties: { size } } : {}),
    containerOverrides: {
      ...(command && commandIn === 'job' ? { command: [...command] } : {}),
      ...(environment.length > 0 ? { environment } : {}),
    },
    timeout: { attemptDurationSeconds: timeoutSeconds },
    ...(options.retry === undefined ? {} : { retryStrategy: retryStrategy(options.retry, facts.platform) }),
    ...(dependsOn.length > 0 ? { dependsOn: dependsOn.map((jobId) => ({ jobId })) } : {}),
    ...(parameters ? { parameters: { ...parameters } } : {}),
    ...(Object.keys(tags).length > 0 ? { tags: checkedTags(tags), propagateTags: true } : {}),
    ...shareOf(options, facts),
  }
  checkLengths(request)
  return request
}

function environmentOf(env: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(env).map(([name, value]) => {
    if (name === '' || /[=\0]/.test(name)) throw new TypeError(`${JSON.stringify(name)} cannot be the name of an environment variable.`)
    if (name.startsWith('AWS_BATCH'))
      throw new TypeError(`The variable ${name} cannot be set: AWS Batch keeps names from AWS_BATCH on for itself.`)
    if (typeof value !== 'string') throw new TypeError(`The environment variable ${name} must be text.`)
    return { name, value }
  })
}

function checkedTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags)
  if (entries.length > 50) throw new RangeError(`A job has at most 50 tags, and not ${entries.length}.`)
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128 || value.length > 256 || key.toLowerCase().startsWith('aws:'))
      throw new RangeError(
        `The tag ${JSON.stringify(key)} cannot be used: a key has 1 to 128 characters and does not begin with aws:, a value at most 256.`,
      )
  }
  return { ...tags }
}

function shareOf(options: JobOptions, { fairShare, name }: QueueFacts): { shareIdentifier?: string; schedulingPriorityOverride?: number } {
  if (!fairShare) {
    if (options.shareIdentifier !== undefined || options.schedulingPriority !== undefined)
      throw new TypeError(
        `The queue ${name} has no scheduling policy, so that shareIdentifier and schedulingPriority mean nothing. Leave them out.`,
      )
    return {}
  }
  return {
    shareIdentifier: options.shareIdentifier ?? 'default',
    ...(options.schedulingPriority === undefined ? {} : { schedulingPriorityOverride: options.schedulingPriority }),
  }
}

function checkLengths(request: Omit<SubmitJobRequest, 'jobDefinition'>): void {
  const overrides = JSON.stringify(request.containerOverrides).length
  if (overrides > overridesLimit) {
    const { command = [], environment = [] } = request.containerOverrides ?? {}
    const parts = [
      ...environment.map(({ name = '', value = '' }) => ({ what: name, length: value.length })),
      { what: 'the command', length: JSON.stringify(command).length },
    ].sort((one, other) => other.length - one.length)
    const largest = parts.slice(0, 3).map(({ what, length }) => `${what} (${length})`)
    throw new RangeError(
      `The command and the environment of the job have ${overrides} characters together, and AWS Batch takes ${overridesLimit}. The longest are ${largest.join(', ')}. Put what is long into a file on S3, and give the job its address.`,
    )
  }
  const sizeBytes = Buffer.byteLength(JSON.stringify(request))
  if (sizeBytes > requestLimitBytes)
    throw new RangeError(
      `The request for the job is ${sizeBytes} bytes long, and AWS Batch takes ${requestLimitBytes}. Give it fewer parameters and tags.`,
    )
}
