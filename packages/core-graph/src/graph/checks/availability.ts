import type { FlowSource, StepSource } from '../flow-source.ts'
import type { MergeCall } from '../source/merge.ts'
import type { Edges } from './edges.ts'

/** Artifacts that can be set at some place on some path. */
export interface Artifacts {
  /** Whether any other name can be set too: something was assigned that the source does not show. */
  readonly any: boolean
  readonly names: ReadonlySet<string>
}

/** What can be set when each step begins, and when it has ended. */
export interface Availability {
  readonly before: ReadonlyMap<string, Artifacts>
  readonly after: ReadonlyMap<string, Artifacts>
}

const none: Artifacts = { any: false, names: new Set() }
const unknown: Artifacts = { any: true, names: new Set() }

/**
 * Follows artifacts through the graph. In `start` the fields with an initialiser are set; a step passes on what it was given and what it assigns,
 * a join only what it assigns or merges. Where a step is on a longer loop, or is never reached, everything counts as set.
 */
export function findAvailability({ definition, steps, members }: FlowSource, edges: Edges): Availability {
  const before = new Map<string, Artifacts>()
  const after = new Map<string, Artifacts>()
  for (const name of edges.order) {
    const step = steps.get(name)
    if (!step) continue
    const arriving = (edges.into.get(name) ?? []).filter(({ from }) => from !== name).map(({ from }) => after.get(from) ?? unknown)
    const loops = edges.from.get(name)?.some(({ to }) => to === name) ?? false
    const own = assignedBy(step, members)
    const initial = name === 'start' ? { any: false, names: definition.initialised } : arriving.length === 0 ? unknown : none
    const given = arriving.reduce(union, initial)
    const isJoin = step.definition.kind === 'join'
    before.set(name, loops ? union(given, own) : given)
    after.set(
      name,
      isJoin ? mergesOf(step, members).reduce((merged, merge) => union(merged, mergedBy(merge, given)), own) : union(given, own),
    )
  }
  return { before, after }
}

/** What one `this.mergeArtifacts` can take over from `inputs`. */
export function mergedBy({ include, exclude }: Pick<MergeCall, 'include' | 'exclude'>, inputs: Artifacts): Artifacts {
  if (include) return { any: false, names: new Set(include.map(({ name }) => name).filter((name) => inputs.any || inputs.names.has(name))) }
  if (!exclude) return inputs
  const names = new Set(inputs.names)
  for (const { name } of exclude) names.delete(name)
  return { any: inputs.any, names }
}

/** Every name that a body, or what it calls, can assign; its `catch` too. */
function assignedBy({ uses, definition }: StepSource, members: FlowSource['members']): Artifacts {
  const names = new Set<string>(definition.options.catch === undefined ? [] : [definition.options.catch])
  let any = false
  for (const use of uses) {
    if (use.kind === 'escape') any = true
    else if (use.kind === 'merge') continue
    else if (members.has(use.name)) {
      const effects = members.effectsOf(use.name)
      any ||= effects.dynamic
      for (const name of effects.writes) names.add(name)
    } else if (use.kind === 'write') names.add(use.name)
  }
  return { any, names }
}

function mergesOf({ uses }: StepSource, members: FlowSource['members']): Pick<MergeCall, 'include' | 'exclude'>[] {
  return uses.flatMap((use): Pick<MergeCall, 'include' | 'exclude'>[] => {
    if (use.kind === 'merge') return [use]
    const merges = use.kind !== 'escape' && members.has(use.name) && members.effectsOf(use.name).merges
    return merges ? [{ include: undefined, exclude: undefined }] : []
  })
}

function union(a: Artifacts, b: Artifacts): Artifacts {
  if (b.names.size === 0) return a.any || !b.any ? a : { any: true, names: a.names }
  if (a.names.size === 0) return b.any || !a.any ? b : { any: true, names: b.names }
  const [large, small] = a.names.size < b.names.size ? [b, a] : [a, b]
  const any = a.any || b.any
  if ([...small.names].every((name) => large.names.has(name))) return large.any === any ? large : { any, names: large.names }
  return { any, names: new Set([...a.names, ...b.names]) }
}
