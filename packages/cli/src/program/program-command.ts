import { globalOptions, type Option } from '../arguments/option.ts'
import type { OptionValues } from '../arguments/option-values.ts'
import { readOptions } from '../arguments/read-options.ts'
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
  /** Does it and gives the exit code. @throws UsageError with all that is wrong with the arguments. */
  run(context: ProgramContext): Promise<number>
}

/** What a {@link ProgramCommand} has to work with. */
export interface ProgramContext {
  readonly options: OptionValues
  readonly output: Output
  /** What is wrong with the arguments; the command throws them as a UsageError once it has read its options. */
  readonly problems: string[]
}

/** Runs a command of the program and gives its exit code. @throws as the command does. */
export async function runProgramCommand(command: ProgramCommand, args: readonly string[]): Promise<number> {
  const options = [...command.options, ...globalOptions.filter(({ name }) => name !== 'datastore-root')]
  const { values, positionals, problems } = readOptions(options, args)
  if (values.flag('version') || values.flag('help')) {
    process.stdout.write(`${values.flag('help') ? formatPage({ ...command, usage: `millrace ${command.usage}`, options }) : version}\n`)
    return exitCode.done
  }
  const [word] = positionals
  if (word !== undefined) problems.push(`${command.name} takes no words such as ${JSON.stringify(word)}. Usage: millrace ${command.usage}`)
  return await command.run({ options: values, output: createOutput({ quiet: values.flag('quiet'), outlivesReader: true }), problems })
}
