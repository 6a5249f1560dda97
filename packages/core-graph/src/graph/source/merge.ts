import type { AnyNode, CallExpression } from 'acorn'
import { literalText, staticName } from './syntax.ts'
import type { Named } from './transition.ts'

/** What one `this.mergeArtifacts(...)` takes over, as far as its source tells. */
export interface MergeCall {
  readonly start: number
  /** The names in `include`; `undefined` without it, or where it is not spelt out. */
  readonly include: readonly Named[] | undefined
  readonly exclude: readonly Named[] | undefined
  /** Whether `include` and `exclude` are both given, which no run accepts. */
  readonly both: boolean
}

/** Reads the options of a `this.mergeArtifacts(inputs, { include, exclude })`. */
export function readMerge(call: CallExpression): MergeCall {
  const options = call.arguments[1]
  const lists = new Map<string, readonly Named[] | undefined>()
  if (options?.type === 'ObjectExpression')
    for (const property of options.properties) {
      const name = property.type === 'Property' ? staticName(property.key, property.computed) : undefined
      if (property.type === 'Property' && name !== undefined) lists.set(name, namesIn(property.value))
    }
  return {
    start: call.start,
    include: lists.get('include'),
    exclude: lists.get('exclude'),
    both: lists.has('include') && lists.has('exclude'),
  }
}

function namesIn(list: AnyNode): readonly Named[] | undefined {
  if (list.type !== 'ArrayExpression') return undefined
  const names: Named[] = []
  for (const element of list.elements) {
    const name = element ? literalText(element) : undefined
    if (!element || name === undefined) return undefined
    names.push({ name, start: element.start })
  }
  return names
}
