import type { FlowDefinition } from '@millrace/core-graph'
import { futureOptionNames, globalOptions, resumeOptions } from '../arguments/option.ts'
import { dashedName, normalName } from './names.ts'
import { defaultProblem } from './values/default-problem.ts'

/** Something wrong with a parameter's name or its default. */
export interface ParameterProblem {
  readonly parameter: string
  readonly message: string
}

/**
 * Finds parameters that could not be given on the command line, with the name of an option or with two that look the same there, and stated defaults
 * of the wrong kind. In source order.
 */
export function checkParameters(definition: FlowDefinition): ParameterProblem[] {
  const reserved = new Map([...globalOptions, ...resumeOptions].map(({ name }) => [normalName(name), name]))
  for (const name of futureOptionNames) reserved.set(normalName(name), name)
  const taken = new Map<string, string>()
  const problems: ParameterProblem[] = []
  for (const [parameter, stated] of definition.parameters) {
    const { kind, options } = stated
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
    const value = options.default
    const wrong = value === undefined || typeof value === 'function' ? undefined : defaultProblem(stated, value)
    if (wrong !== undefined) problems.push({ parameter, message: `The default of ${parameter} ${wrong}.` })
    for (const form of forms) if (!taken.has(form)) taken.set(form, parameter)
  }
  return problems
}
