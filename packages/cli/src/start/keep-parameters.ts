import { loadArtifacts, refOfParameter } from '@millrace/artifact-store'
import { MillraceError, type ObjectStore, type ParameterDefinition, type ParameterKind, type RunRecord } from '@millrace/core-graph'
import type { CommandContext } from '../commands/command.ts'
import { readGiven, readParameters } from './read-parameters.ts'

/**
 * What a resumed run needs to know of parameters beside those of its origin: the values of parameters that have come since. What is wrong goes to
 * `context.problems`: a given value that differs from the origin's, and a stored value that today's code would not take.
 */
export async function keepParameters(
  context: CommandContext,
  store: ObjectStore,
  origin: RunRecord,
): Promise<ReadonlyMap<string, unknown>> {
  const { invocation, problems } = context
  const given = readGiven(context)
  const kept = (name: string): boolean => Object.hasOwn(origin.parameters, name)
  const values = await readParameters(context, given, (name) => given.has(name) || !kept(name))
  const place = `${origin.flow}/${origin.run}`
  for (const [name, value] of values) {
    if (!kept(name) || (await sha256Of(name, value, problems)) === origin.parameters[name]?.sha256) continue
    problems.push(
      `${given.get(name)?.origin} is not what it was in ${place}, and a resumed run keeps its parameters. Leave it out, or start anew: ${invocation} run`,
    )
  }
  await checkKinds(context, store, origin)
  return values
}

/** What identifies a value; a file is read for it. */
async function sha256Of(name: string, value: unknown, problems: string[]): Promise<string | undefined> {
  try {
    return (await refOfParameter(name, value)).sha256
  } catch (error) {
    if (!MillraceError.is(error)) throw error
    problems.push(error.message)
    return undefined
  }
}

const typeOf: Partial<Record<ParameterKind, string>> = { string: 'string', number: 'number', integer: 'number', boolean: 'boolean' }

/** Where a parameter has become one of another kind, its old value may not reach a step. */
async function checkKinds({ definition, invocation, problems }: CommandContext, store: ObjectStore, origin: RunRecord): Promise<void> {
  const simple = ({ kind, options }: ParameterDefinition): string | undefined =>
    options.separator === undefined && options.schema === undefined ? typeOf[kind] : undefined
  const names = [...definition.parameters].filter(([name, parameter]) => simple(parameter) && Object.hasOwn(origin.parameters, name))
  const refs = Object.fromEntries(
    names.flatMap(([name]) => [[name, origin.parameters[name]]] as const).filter(([, ref]) => ref?.inline !== undefined),
  )
  const stored = await loadArtifacts(store, origin.flow, refs as RunRecord['parameters'])
  for (const [name, parameter] of names) {
    const value = stored.get(name)
    if (value === undefined || typeof value === simple(parameter)) continue
    problems.push(
      `The parameter ${name} is now a ${parameter.kind}, and was ${JSON.stringify(value)} in ${origin.flow}/${origin.run}: it cannot be resumed. Start anew: ${invocation} run`,
    )
  }
}
