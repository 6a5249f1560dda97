import { dirname } from 'node:path'
import type { FlowDefinition } from '@millrace/core-graph'
import type { CommandContext } from '../commands/command.ts'
import { type GivenTexts, givenParameters, resolveParameters } from '../parameters/resolve-parameters.ts'
import { strayVariables } from '../parameters/stray-variables.ts'

/** The parameters that were given, by option or by variable. Tells of variables that seem to be mistyped. */
export function readGiven({ definition, typedParameter, output }: CommandContext): ReadonlyMap<string, GivenTexts> {
  for (const note of strayVariables(definition, process.env)) output.note(note)
  const typed = (name: string): GivenTexts | undefined => {
    const [first, ...rest] = typedParameter(name)
    return first && { texts: [first, ...rest].map(({ text }) => text), origin: first.option }
  }
  return givenParameters(definition, typed, process.env)
}

/** The values of parameters: as given, else their defaults. What is wrong goes to `context.problems`. */
export async function readParameters(
  { definition, module, problems }: CommandContext,
  given: ReadonlyMap<string, GivenTexts>,
  wanted: (name: string) => boolean = () => true,
): Promise<ReadonlyMap<string, unknown>> {
  const part: FlowDefinition = { ...definition, parameters: new Map([...definition.parameters].filter(([name]) => wanted(name))) }
  const folders = { workingDirectory: process.cwd(), flowFolder: dirname(module.sourceFile) }
  const resolved = await resolveParameters(part, given, folders)
  problems.push(...resolved.problems)
  return resolved.values
}
