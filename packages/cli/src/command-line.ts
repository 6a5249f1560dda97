import { dirname } from 'node:path'
import { readSettings } from '@millrace/client/settings'
import { type FlowDefinition, nearest, readDefinition } from '@millrace/core-graph'
import { globalOptions } from './arguments/option.ts'
import { OptionValues } from './arguments/option-values.ts'
import { parseArguments, type Spelling } from './arguments/parse-arguments.ts'
import { optionSpelling, readOptions } from './arguments/read-options.ts'
import { splitCommand } from './arguments/split-command.ts'
import type { Command } from './commands/command.ts'
import { commandNames, loadCommand, loadCommands } from './commands/command-names.ts'
import { exitCode } from './exit-code.ts'
import type { LoadedFlow } from './flow-file/load-flow.ts'
import { spellingsOf } from './parameters/names.ts'
import { formatCommandHelp, formatFlowHelp } from './render/help.ts'
import { reportErrors } from './report-errors.ts'
import { classDocstring } from './source/docstring.ts'
import { shortPath } from './source/source-excerpt.ts'
import { createOutput } from './terminal/output.ts'
import { shellWord } from './terminal/shell-word.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

/** A flow and the program that its file was given to. */
export interface FlowFile extends LoadedFlow {
  readonly program: 'node' | 'millrace'
}

/** The command line of a flow file: does what `args` ask for and sets `process.exitCode`. Errors are printed, not thrown. */
export async function runFlowFile(file: FlowFile, args: readonly string[]): Promise<void> {
  await reportErrors(() => runCommand(file, args))
}

async function runCommand(file: FlowFile, args: readonly string[]): Promise<number> {
  const { command: name, rest } = splitCommand(args)
  const invocation = `${file.program} ${shellWord(shortPath(file.sourceFile))}`
  if (name === undefined) return withoutCommand(file, invocation, rest)
  const command = await loadCommand(name)
  if (!command) {
    const near = nearest(name, commandNames)
    // All of them, however many there are.
    throw new UsageError(
      `${name} is not a command. ${near ? `Did you mean ${near}?` : `There are ${commandNames.join(', ')}; --help tells more.`}`,
    )
  }
  const definition = readDefinition(file.flowClass)
  const parsed = parseArguments(rest, spellings(command, definition))
  const problems = [...parsed.problems]
  const values = new OptionValues(parsed.values, problems)
  if (values.flag('version')) return printVersion()
  const output = createOutput({ quiet: values.flag('quiet'), outlivesReader: command.outlivesReader })
  if (values.flag('help')) {
    output.print(formatCommandHelp(invocation, definition, command))
    return exitCode.done
  }
  checkPositionals(command, { invocation, given: parsed.positionals }, problems)
  if (!command.takesParameters && problems.length > 0) throw new UsageError(problems)
  const options = settingsOptions(values, command)
  return command.run({
    definition,
    module: { definition, moduleUrl: file.moduleUrl, sourceFile: file.sourceFile },
    invocation: options.datastoreRoot === undefined ? invocation : `${invocation} --datastore-root ${shellWord(options.datastoreRoot)}`,
    settings: readSettings({
      options,
      environment: process.env,
      workingDirectory: process.cwd(),
      flowFolder: dirname(file.sourceFile),
    }),
    output,
    options: values,
    typedParameter: (parameter) => parsed.values.get(parameterKey(parameter)) ?? [],
    positionals: parsed.positionals,
    problems,
  })
}

async function withoutCommand(file: FlowFile, invocation: string, args: readonly string[]): Promise<number> {
  const { values, problems } = readOptions(globalOptions, args)
  if (values.flag('version')) return printVersion()
  if (problems.length > 0) throw new UsageError(problems)
  const definition = readDefinition(file.flowClass)
  const help = formatFlowHelp(invocation, definition, classDocstring(file.sourceFile, definition.name), await loadCommands())
  const asked = values.flag('help')
  process[asked ? 'stdout' : 'stderr'].write(asked ? `${help}\n` : `${help}\n\nerror: No command was given.\n`)
  return asked ? exitCode.done : exitCode.wrongUsage
}

function printVersion(): number {
  process.stdout.write(`${version}\n`)
  return exitCode.done
}

// Beside the options in one map, so kept apart from them.
const parameterKey = (name: string): string => `parameter ${name}`

function spellings(command: Command, definition: FlowDefinition): ReadonlyMap<string, Spelling> {
  const parameters = command.takesParameters ? [...definition.parameters] : []
  return new Map([
    ...parameters.flatMap(([name, { kind }]): [string, Spelling][] =>
      spellingsOf(name).flatMap((spelling): [string, Spelling][] => {
        const key = parameterKey(name)
        if (kind !== 'boolean') return [[spelling, { key, takesValue: true }]]
        return [
          [spelling, { key, takesValue: false, bare: 'true' }],
          [`no-${spelling}`, { key, takesValue: false, bare: 'false' }],
        ]
      }),
    ),
    ...[...command.options, ...globalOptions].map(optionSpelling),
  ])
}

function checkPositionals(
  { name, usage, positionals }: Command,
  { invocation, given }: { readonly invocation: string; readonly given: readonly string[] },
  problems: string[],
): void {
  if (given.length > positionals.most)
    problems.push(
      `${name} takes no ${positionals.most === 0 ? 'words' : 'more words'} such as ${JSON.stringify(given[positionals.most])}. Usage: ${invocation} ${usage}`,
    )
  if (given.length < positionals.least) problems.push(`${name} is incomplete. Usage: ${invocation} ${usage}`)
}

function settingsOptions(
  values: OptionValues,
  command: Command,
): { readonly datastoreRoot?: string; readonly namespace?: string; readonly maxWorkers?: number } {
  const datastoreRoot = values.text('datastore-root')
  if (!command.takesParameters) return datastoreRoot === undefined ? {} : { datastoreRoot }
  const namespace = values.text('namespace')
  const maxWorkers = values.wholeNumber('max-workers', 1)
  return {
    ...(datastoreRoot === undefined ? {} : { datastoreRoot }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(maxWorkers === undefined ? {} : { maxWorkers }),
  }
}
