import type { BatchContext } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import type { QueueState } from '../machine/batch-state.ts'

/** A queue by its name or ARN. @throws BatchError ClientException where there is none. */
export function queueNamed({ state, arns }: Pick<BatchContext, 'state' | 'arns'>, text: string): QueueState {
  const queue = state.queues.get(arns.name(text, 'job-queue'))
  if (!queue) throw clientError(`JobQueue ${text} not found.`)
  return queue
}
