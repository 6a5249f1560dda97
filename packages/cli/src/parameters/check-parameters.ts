import type { FlowDefinition } from '@millrace/core-graph'
import { futureOptionNames, globalOptions, resumeOptions } from '../arguments/option.ts'
import { dashedName, normalName } from './names.ts'

/** Something wrong with a parameter's name. */
export interface ParameterProblem {
  readonly parameter: string
  readonly message: string
}

/** Finds parameters that could not be given on the command line: with the name of an option, or with two that look the same there. In source order. */
export function checkParameters(definition: FlowDefinition): ParameterProblem[] {
  const reserved = new Map([...globalOptions, ...resumeOptions].map(({ name }) => [normalName(name), name]))
  for (const name of futureOptionNames) reserved.set(normalName(name), name)
  const taken = new Map<string, string>()
  const problems: ParameterProblem[] = []
  for (const [parameter, { kind }] of definition.parameters) {
    const normal = normalName(parameter)
    const option = reserved.get(normal)
    const forms = kind === 'boolean' ? [normal, `no${normal}`] : [normal]
    const other = forms.map((form) => taken.get(form)).find((name) => name !== undefined)
    if (normal === '')
      problems.push({
        parameter,
        message: `The parameter ${parameter} cannot be typed on a command line. Give it a name with a letter or a digit.`,
      })
    else if (option !== undefined)
      problems.push({
        parameter,
        message: `The parameter ${parameter} has the name of the option --${option} of run. Give it another name.`,
      })
    else if (other !== undefined)
      problems.push({
        parameter,
        message: `The parameters ${other} and ${parameter} are the same on the command line, where case and dashes do not count (--${dashedName(parameter)}). Rename one of them.`,
      })
    for (const form of forms) if (!taken.has(form)) taken.set(form, parameter)
  }
  return problems
}
