import { FlowSpec, reservedNames } from '../../flow/flow-spec.ts'
import type { FlowSource, StepSource } from '../flow-source.ts'
import type { Availability } from './availability.ts'

/** That bodies assign artifacts only, and that joins alone merge. */
export function checkAssignments(flow: FlowSource, availability: Availability): void {
  for (const step of flow.steps.values()) {
    for (const use of step.uses) {
      if (use.kind === 'escape') continue
      if (use.kind === 'merge') {
        checkMerge(step, use, availability)
        continue
      }
      if (use.kind === 'write') checkName(flow, step, use.name, use)
      if (flow.members.has(use.name)) for (const name of flow.members.effectsOf(use.name).writes) checkName(flow, step, name, use, use.name)
    }
  }
}

function checkName(
  { definition, steps }: FlowSource,
  { name: step, report }: StepSource,
  name: string,
  place: { start: number },
  via?: string,
): void {
  const through = via === undefined ? '' : ` through this.${via}`
  if (definition.parameters.has(name))
    report.add(
      'parameter-assigned',
      place,
      `Step ${step} assigns the parameter ${name}${through}, and parameters are read-only. Assign another field.`,
    )
  else if (steps.has(name))
    report.add('step-assigned', place, `Step ${step} assigns ${name}${through}, which is a step. Assign another field.`)
  else if (reservedNames.includes(name) || name in FlowSpec.prototype)
    report.add(
      'reserved-assigned',
      place,
      `Step ${step} assigns this.${name}${through}, which FlowSpec has already. Give the artifact another name.`,
    )
}

function checkMerge(step: StepSource, merge: StepSource['uses'][number] & { kind: 'merge' }, { before }: Availability): void {
  const { name, report, definition, uses } = step
  if (definition.kind !== 'join') {
    report.add(
      'merge-outside-join',
      merge,
      `Step ${name} calls this.mergeArtifacts, and only a join has branches to merge. Remove the call, or make ${name} a join.`,
    )
    return
  }
  if (merge.both) {
    report.add('merge-options', merge, `The join ${name} gives this.mergeArtifacts both include and exclude. Give one of them.`)
    return
  }
  const given = before.get(name)
  if (!given || given.any) return
  for (const included of merge.include ?? []) {
    if (given.names.has(included.name) || uses.some((use) => use.kind === 'escape' || (use.kind === 'write' && use.name === included.name)))
      continue
    report.add(
      'unassigned-merge',
      included,
      `The join ${name} merges ${included.name}, and no step on any of its branches assigns it. Remove it from include, or assign it in a branch.`,
    )
  }
}
