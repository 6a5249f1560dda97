import type { BatchContext } from '../batch-context.ts'
import type { JobDefinition } from './definition.ts'

/** The active revision that a name, a name with a revision, or an ARN means: without a revision the newest. */
export function findDefinition({ state, arns }: Pick<BatchContext, 'state' | 'arns'>, text: string): JobDefinition | undefined {
  const named = arns.name(text, 'job-definition')
  const [name = '', revision] = named.split(':')
  if (revision !== undefined) {
    const found = state.definitions.get(arns.definition(name, Number(revision)))
    return found?.active ? found : undefined
  }
  let newest: JobDefinition | undefined
  for (const each of state.definitions.values()) if (each.active && each.name === name) newest = each
  return newest
}
