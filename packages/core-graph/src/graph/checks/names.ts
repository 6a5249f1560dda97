import { reservedNames } from '../../flow/flow-spec.ts'
import { isStepName } from '../../pathspec.ts'
import type { FlowSource } from '../flow-source.ts'

/** Names that a step, a parameter or an artifact cannot have. */
export function checkNames({ definition, steps, problems }: FlowSource): void {
  for (const { name, report } of steps.values()) {
    if (reservedNames.includes(name))
      report.add('reserved-name', { start: 0 }, `The step ${name} hides this.${name} of FlowSpec. Give it another name.`)
    else if (!isStepName(name))
      report.add(
        'step-name',
        { start: 0 },
        `${JSON.stringify(name)} cannot name a step. Use ASCII letters, digits and underscores, with a small letter first, and at most 128 of them.`,
      )
  }
  for (const [kind, names] of [
    ['parameter', definition.parameters.keys()],
    ['field', definition.initialised],
  ] as const)
    for (const name of names)
      if (reservedNames.includes(name))
        problems.add({ rule: 'reserved-name', message: `The ${kind} ${name} hides this.${name} of FlowSpec. Give it another name.` })
}
