import { type FlowDefinition, nearest } from '@millrace/core-graph'
import { environmentName, variablePrefix } from './names.ts'

/**
 * Variables that look like a mistyped parameter, as sentences. A variable that is like none of this flow's may be meant for another flow.
 */
export function strayVariables({ name, parameters }: FlowDefinition, environment: NodeJS.ProcessEnv): string[] {
  // Without what all begin with: it would make any two look alike.
  const known = [...parameters.keys()].map((parameter) => environmentName(parameter).slice(variablePrefix.length))
  return Object.keys(environment).flatMap((variable) => {
    const rest = variable.startsWith(variablePrefix) ? variable.slice(variablePrefix.length) : undefined
    const near = rest === undefined || known.includes(rest) ? undefined : nearest(rest, known)
    return near === undefined ? [] : [`${variable} is set, and ${name} has no such parameter. Did you mean ${variablePrefix}${near}?`]
  })
}
