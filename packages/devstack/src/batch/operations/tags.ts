import type { BatchContext, BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import { readTags } from '../definitions/read-policies.ts'

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_TagResource.html */
export const tagResource: BatchOperation = (context, input) => {
  const arn = taggable(context, input.needText('resourceArn'))
  const tags = readTags(input)
  if (Object.keys({ ...context.state.tags.get(arn), ...tags }).length > 50) throw clientError('The number of tags must be at most 50')
  context.dispatch({ type: 'tag', arn, tags })
  return {}
}

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_UntagResource.html */
export const untagResource: BatchOperation = (context, input) => {
  const arn = taggable(context, input.needText('resourceArn'))
  context.dispatch({ type: 'untag', arn, keys: input.texts('tagKeys') ?? [] })
  return {}
}

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource: BatchOperation = (context, input) => ({
  tags: context.state.tags.get(taggable(context, input.needText('resourceArn'))) ?? {},
})

/** The ARN of something that can have tags. @throws BatchError ClientException. */
function taggable({ state, arns }: BatchContext, arn: string): string {
  const [, kind = '', name = ''] = /^arn:[^:]*:batch:[^:]*:\d{12}:([a-z-]+)\/(.+)$/.exec(arn) ?? []
  const job = kind === 'job' ? state.jobs.get(name) : undefined
  if (job?.index !== undefined) throw clientError('Tagging is not supported for child jobs of array jobs')
  const exists =
    job !== undefined ||
    (kind === 'job-definition' && state.definitions.has(arn)) ||
    (kind === 'job-queue' && arns.queue(name) === arn && state.queues.has(name)) ||
    (kind === 'compute-environment' && [...state.queues.values()].some(({ pool }) => pool.options.name === name))
  if (!exists) throw clientError(`Resource ${arn} not found`)
  return arn
}
