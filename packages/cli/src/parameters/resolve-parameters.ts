import type { FileContent, FileRequest, FlowDefinition, ParameterDefinition } from '@millrace/core-graph'
import { dashedName, environmentName, variablePrefix } from './names.ts'
import { ParameterFailure } from './parameter-failure.ts'
import { defaultProblem } from './values/default-problem.ts'
import { parseValue } from './values/parse-value.ts'
import { validate } from './values/validate.ts'

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

/** Every parameter's value, a file's as its unread {@link FileContent}; an absent one is not in the map. */
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

/** Parses what was given, takes defaults for the rest (functions once), finds files and validates, all parameters at once. A file's content is read into memory only for its schema. */
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

async function resolveOne(
  name: string,
  parameter: ParameterDefinition,
  given: GivenTexts | undefined,
  folders: FileFolders,
): Promise<unknown> {
  const { options } = parameter
  const origin = given?.origin ?? `the default of ${name}`
  const value = given ? parseGiven(parameter, given) : await takeDefault(name, parameter)
  if (value === undefined) {
    if (options.required === true)
      throw new ParameterFailure([
        `--${dashedName(name)} is missing${options.help ? ` (${options.help})` : ''}. Give it, or set ${environmentName(name)}.`,
      ])
    return undefined
  }
  const from = given ? folders.workingDirectory : folders.flowFolder
  const content = parameter.readFile && (await readFile(parameter.readFile, { path: String(value), from }, origin))
  if (!options.schema) return content ?? value
  return await validate(options.schema, content ? await content.value() : value, origin)
}

function parseGiven(parameter: ParameterDefinition, { texts, origin }: GivenTexts): unknown {
  try {
    return parseValue(parameter, texts)
  } catch (error) {
    const isEmptyVariable = origin.startsWith(variablePrefix) && texts[0] === ''
    throw new ParameterFailure([`${origin} ${describe(error)}.${isEmptyVariable ? ' Unset the variable to leave the parameter out.' : ''}`])
  }
}

async function takeDefault(name: string, parameter: ParameterDefinition): Promise<unknown> {
  const { default: stated } = parameter.options
  let value = stated
  if (typeof stated === 'function') {
    try {
      value = await stated()
    } catch (error) {
      throw new ParameterFailure([`The function that makes the default of ${name} failed: ${describe(error)}`])
    }
  }
  const problem = value === undefined ? undefined : defaultProblem(parameter, value)
  if (problem !== undefined) throw new ParameterFailure([`The default of ${name} ${problem}.`])
  return value
}

async function readFile(read: NonNullable<ParameterDefinition['readFile']>, request: FileRequest, origin: string): Promise<FileContent> {
  try {
    return await read(request)
  } catch (error) {
    throw new ParameterFailure([`${origin}: ${describe(error)}`])
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))
