import { globalOptions, type Option } from '../arguments/option.ts'
import { OptionValues } from '../arguments/option-values.ts'
import { parseArguments } from '../arguments/parse-arguments.ts'
import { exitCode } from '../exit-code.ts'
import { formatPage } from '../render/help.ts'
import { createOutput, type Output } from '../terminal/output.ts'
import { version } from '../version.ts'

/** A command of the program that needs no flow file, and takes options only. */
export interface ProgramCommand {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly details: string
  /** Beside `--quiet`, `--version` and `--help`. */
  readonly options: readonly Option[]
  /** Reads its options, throws the problems that there are, all at once, and else does it and gives the exit code. @throws UsageError. */
  run(context: ProgramContext): Promise<number>
}

/** What a {@link ProgramCommand} has to work with. */
export interface ProgramContext {
  readonly options: OptionValues
  readonly output: Output
  /** What is wrong with the arguments; the command throws them as a UsageError once it has read its options. */
  readonly problems: string[]
}

/** Runs a command of the program and gives its exit code. @throws UsageError. */
export async function runProgramCommand(command: ProgramCommand, args: readonly string[]): Promise<number> {
  const options = [...command.options, ...globalOptions.filter(({ name }) => name !== 'datastore-root')]
  const spellings = options.map(
    ({ name, value }) => [name, { key: name, takesValue: value !== undefined, ...(value === undefined ? { bare: 'true' } : {}) }] as const,
  )
  const parsed = parseArguments(args, new Map(spellings))
  const problems = [...parsed.problems]
  const values = new OptionValues(parsed.values, problems)
  if (values.flag('version') || values.flag('help')) {
    process.stdout.write(`${values.flag('help') ? formatPage({ ...command, usage: `millrace ${command.usage}`, options }) : version}\n`)
    return exitCode.done
  }
  const [word] = parsed.positionals
  if (word !== undefined) problems.push(`${command.name} takes no words such as ${JSON.stringify(word)}. Usage: millrace ${command.usage}`)
  return await command.run({ options: values, output: createOutput({ quiet: values.flag('quiet'), outlivesReader: true }), problems })
}
