import type { FlowDefinition, ParameterDefinition, StandardSchema } from '@millrace/core-graph'
import { dashedName, environmentName } from './names.ts'
import { parseValue } from './parse-value.ts'

/** The texts given for a parameter, and where they were given: an option as typed, or a variable. */
export interface GivenTexts {
  readonly texts: readonly string[]
  readonly origin: string
}

/** Where relative paths of file parameters start. */
export interface FileFolders {
  readonly workingDirectory: string
  readonly flowFolder: string
}

/** Every parameter's value; an absent one is not in the map. */
export interface ResolvedParameters {
  readonly values: ReadonlyMap<string, unknown>
  /** All that is wrong, as sentences, in the order of the fields. */
  readonly problems: readonly string[]
}

/** What was given for each parameter: options first, then the environment. */
export function givenParameters(
  definition: FlowDefinition,
  typed: (parameter: string) => GivenTexts | undefined,
  environment: NodeJS.ProcessEnv,
): ReadonlyMap<string, GivenTexts> {
  const given = new Map<string, GivenTexts>()
  for (const name of definition.parameters.keys()) {
    const variable = environmentName(name)
    const text = environment[variable]
    const texts = typed(name) ?? (text === undefined ? undefined : { texts: [text], origin: variable })
    if (texts) given.set(name, texts)
  }
  return given
}

/** Parses what was given, takes defaults for the rest (functions once), reads files and validates, all parameters at once. */
export async function resolveParameters(
  definition: FlowDefinition,
  given: ReadonlyMap<string, GivenTexts>,
  folders: FileFolders,
): Promise<ResolvedParameters> {
  const values = new Map<string, unknown>()
  const problems: string[] = []
  const results = await Promise.allSettled(
    [...definition.parameters].map(([name, parameter]) => resolveOne(name, parameter, given.get(name), folders)),
  )
  for (const [position, name] of [...definition.parameters.keys()].entries()) {
    const result = results[position]
    if (result?.status === 'fulfilled' && result.value !== undefined) values.set(name, result.value)
    if (result?.status === 'rejected')
      problems.push(...(result.reason instanceof ParameterFailure ? result.reason.problems : [describe(result.reason)]))
  }
  return { values, problems }
}

class ParameterFailure extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

async function resolveOne(
  name: string,
  parameter: ParameterDefinition,
  given: GivenTexts | undefined,
  folders: FileFolders,
): Promise<unknown> {
  const { options } = parameter
  const origin = given?.origin ?? `the default of ${name}`
  let value: unknown
  if (given) value = parseGiven(parameter, given)
  else if (typeof options.default === 'function') {
    try {
      value = await options.default()
    } catch (error) {
      throw new ParameterFailure([`The function that makes the default of ${name} failed: ${describe(error)}`])
    }
  } else value = options.default
  if (value === undefined) {
    if (options.required === true)
      throw new ParameterFailure([
        `--${dashedName(name)} is missing${options.help ? ` (${options.help})` : ''}. Give it, or set ${environmentName(name)}.`,
      ])
    return undefined
  }
  if (parameter.readFile) {
    try {
      value = await parameter.readFile({ path: String(value), from: given ? folders.workingDirectory : folders.flowFolder })
    } catch (error) {
      throw new ParameterFailure([`${origin}: ${describe(error)}`])
    }
  }
  return options.schema ? await validate(options.schema, value, origin) : value
}

function parseGiven(parameter: ParameterDefinition, given: GivenTexts): unknown {
  try {
    return parseValue(parameter, given.texts)
  } catch (error) {
    throw new ParameterFailure([`${given.origin} ${describe(error)}.`])
  }
}

async function validate(schema: StandardSchema, value: unknown, origin: string): Promise<unknown> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw new ParameterFailure(
    result.issues.map(({ message, path }) => {
      const place = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
      return `${origin}${place ? ` at ${place}` : ''}: ${message}`
    }),
  )
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))
