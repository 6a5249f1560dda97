import type { Option } from './option.ts'
import { OptionValues } from './option-values.ts'
import { parseArguments, type Spelling } from './parse-arguments.ts'

/** What was given to a command that takes options by their names. */
export interface GivenOptions {
  readonly values: OptionValues
  /** The words between them. */
  readonly positionals: readonly string[]
  /** What is wrong so far; `values` adds to it what is wrong with a value that is asked for. */
  readonly problems: string[]
}

/** How an option is typed: by its name. */
export function optionSpelling({ name, value }: Option): [name: string, spelling: Spelling] {
  return [name, { key: name, takesValue: value !== undefined, ...(value === undefined ? { bare: 'true' } : {}) }]
}

/** Reads arguments by the options that a command has. */
export function readOptions(options: readonly Option[], args: readonly string[]): GivenOptions {
  const parsed = parseArguments(args, new Map(options.map(optionSpelling)))
  const problems = [...parsed.problems]
  return { values: new OptionValues(parsed.values, problems), positionals: parsed.positionals, problems }
}
