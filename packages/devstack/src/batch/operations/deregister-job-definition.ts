import type { BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import { findDefinition } from '../definitions/find-definition.ts'

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_DeregisterJobDefinition.html */
export const deregisterJobDefinition: BatchOperation = (context, input) => {
  const text = input.needText('jobDefinition')
  const definition = findDefinition(context, text)
  if (!definition) throw clientError(`JobDefinition name ${text} does not exist or is not in ACTIVE status`)
  context.dispatch({ type: 'deregister', arn: definition.arn })
  return {}
}
