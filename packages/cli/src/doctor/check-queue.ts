import { BatchError, type BatchExecutor, type QueueFacts } from '@millrace/batch-executor'
import { type Finding, fine, open, problem } from './finding.ts'

/** Whether AWS knows who asks, and whether the queue is there and can run something: two calls. */
export async function* checkQueue(executor: BatchExecutor, signal: AbortSignal): AsyncGenerator<Finding, QueueFacts | undefined, void> {
  try {
    const facts = await executor.queueFacts({ signal })
    const [, region, account] = /^arn:[^:]+:batch:([^:]*):([^:]*):/.exec(facts.arn) ?? []
    yield fine('credentials', account === undefined ? 'AWS takes them.' : `AWS takes them, for account ${account} in ${region}.`)
    const spot = facts.spot ? ', on spot machines that may be taken away' : ''
    yield fine('queue', `${facts.name} is enabled and runs containers on ${facts.platform === 'EC2' ? 'EC2' : 'Fargate'}${spot}.`)
    return facts
  } catch (error) {
    if (!BatchError.is(error)) throw error
    if (error.code === 'no-region' || error.code === 'no-credentials') {
      yield problem('credentials', error.message)
      yield open('queue', 'Not looked at: AWS does not know who asks.')
    } else {
      yield open('credentials', 'Not known: nothing that needs them has gone well.')
      yield problem('queue', error.message)
    }
    return undefined
  }
}
