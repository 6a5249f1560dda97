import { nearest } from '../../nearest.ts'
import type { FlowSource, StepSource } from '../flow-source.ts'
import { type Artifacts, type Availability, mergedBy } from './availability.ts'

/** That every artifact a step reads can have been assigned: by a step before it, or by the body before the read. Where in doubt it says nothing. */
export function checkReads(flow: FlowSource, availability: Availability): void {
  for (const step of flow.steps.values()) {
    const given = availability.before.get(step.name)
    if (given) checkStep(flow, step, given, step.definition.kind === 'join')
  }
}

function checkStep(flow: FlowSource, step: StepSource, given: Artifacts, isJoin: boolean): void {
  const { definition, members, steps } = flow
  const firstWrites = findFirstWrites(flow, step, given)
  const isSet = (name: string, before: number): boolean =>
    (!isJoin && (given.any || given.names.has(name))) || Math.min(firstWrites.get(name) ?? before, firstWrites.get('*') ?? before) < before
  for (const use of step.uses) {
    if (use.kind !== 'read' || use.guarded) continue
    const viaMember = members.has(use.name)
    const names = viaMember ? (members.effectsOf(use.name).dynamic ? [] : members.effectsOf(use.name).reads) : [use.name]
    for (const name of names) {
      if (steps.has(name) || definition.parameters.has(name) || members.has(name)) continue
      if (isSet(name, viaMember ? use.before + 1 : use.before)) continue
      const how = viaMember ? `${name} through this.${use.name}` : name
      step.report.add('unassigned-artifact', use, `Step ${step.name} reads ${how}, ${explain(flow, step, name, given)}`)
    }
  }
}

/** The first use that can assign each name; `*` stands for every name. */
function findFirstWrites({ members }: FlowSource, { uses }: StepSource, given: Artifacts): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  const add = (name: string, index: number): void => {
    if (!first.has(name)) first.set(name, index)
  }
  const addAll = ({ any, names }: Artifacts, index: number): void => {
    if (any) add('*', index)
    for (const name of names) add(name, index)
  }
  for (const [index, use] of uses.entries()) {
    if (use.kind === 'escape') add('*', index)
    else if (use.kind === 'merge') addAll(mergedBy(use, given), index)
    else if (members.has(use.name)) {
      const effects = members.effectsOf(use.name)
      addAll({ any: effects.dynamic, names: effects.writes }, index)
      if (effects.merges) addAll(given, index)
    } else if (use.kind === 'write') add(use.name, index)
  }
  return first
}

function explain(
  { definition, steps, graph }: FlowSource,
  { name: reader, definition: step }: StepSource,
  name: string,
  given: Artifacts,
): string {
  const writers = [...graph.nodes.values()].filter(({ writes }) => writes.has(name)).map((node) => node.name)
  const elsewhere = writers.filter((writer) => writer !== reader)
  const isJoin = step.kind === 'join'
  if (isJoin && (given.any || given.names.has(name)))
    return `and a join starts with nothing of its branches. Read it from the inputs, as in inputs[0].${name}, or take it over first: this.mergeArtifacts(inputs, { include: ['${name}'] }).`
  if (writers.includes(reader)) return 'before it assigns it, and no step before it does. Assign it first.'
  if (elsewhere.length > 0) {
    const many = elsewhere.length > 1
    return `and no step before it assigns it: only ${elsewhere.join(', ')} do${many ? '' : 'es'}, which do${many ? '' : 'es'} not come before on any path, or ${many ? 'are' : 'is'} cut off by a join that does not take it over. Assign it earlier, or merge it in the join.`
  }
  if (definition.initialised.has(name))
    return `and a join on the way does not take it over. Write this.mergeArtifacts(inputs) in that join, or assign it there.`
  const known = new Set([...definition.initialised, ...definition.parameters.keys(), ...steps.keys()])
  for (const node of graph.nodes.values()) for (const write of node.writes) known.add(write)
  const found = nearest(name, known)
  return `and no step assigns it. ${found === undefined ? `Assign it in a step before, with this.${name} = ...` : `Did you mean this.${found}?`}`
}
