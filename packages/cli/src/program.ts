import { globalOptions } from './arguments/option.ts'
import { OptionValues } from './arguments/option-values.ts'
import { parseArguments } from './arguments/parse-arguments.ts'
import { splitCommand } from './arguments/split-command.ts'
import { commandNames, loadCommands } from './commands/command-names.ts'
import { exitCode } from './exit-code.ts'
import { loadFlow } from './flow-file/load-flow.ts'
import { formatProgramHelp } from './render/help.ts'
import { reportErrors } from './report-errors.ts'
import type { ProgramCommand } from './setup/program-command.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

/** Commands that need no flow file, beside `dev`. */
const programCommands: ReadonlyMap<string, () => Promise<ProgramCommand>> = new Map([
  ['configure', async () => (await import('./setup/configure.ts')).configure],
  ['doctor', async () => (await import('./doctor/doctor.ts')).doctor],
])

/** The `millrace` program: `millrace FLOW_FILE COMMAND ...`, or `millrace dev`, `configure`, `doctor`. Sets `process.exitCode`; errors are printed, not thrown. */
export async function runProgram(args: readonly string[]): Promise<void> {
  await reportErrors(async () => {
    const { command: path, rest } = splitCommand(args)
    if (path === undefined) return withoutFile(rest)
    if (path === 'dev') return (await import('./dev.ts')).runDev(rest)
    const load = programCommands.get(path)
    if (load) return (await import('./setup/program-command.ts')).runProgramCommand(await load(), rest)
    if (commandNames.includes(path))
      throw new UsageError(`${path} needs a flow file before it: millrace FLOW_FILE ${[path, ...rest].join(' ')}`)
    const flow = await loadFlow(path, rest)
    // Loaded now, while the flow's first worker starts.
    const { runFlowFile } = await import('./command-line.ts')
    await runFlowFile({ ...flow, program: 'millrace' }, rest)
    return Number(process.exitCode ?? exitCode.done)
  })
}

async function withoutFile(args: readonly string[]): Promise<number> {
  const options = globalOptions.map(({ name, value }) => [name, { key: name, takesValue: value !== undefined, bare: 'true' }] as const)
  const parsed = parseArguments(args, new Map(options))
  const problems = [...parsed.problems]
  const values = new OptionValues(parsed.values, problems)
  if (values.flag('version')) {
    process.stdout.write(`${version}\n`)
    return exitCode.done
  }
  if (problems.length > 0) throw new UsageError(problems)
  const { devSummary, devUsage } = await import('./dev.ts')
  const help = formatProgramHelp(await loadCommands(), [
    [devUsage, devSummary],
    ...(await Promise.all([...programCommands.values()].map((load) => load()))).map(({ usage, summary }) => [usage, summary] as const),
  ])
  if (values.flag('help')) {
    process.stdout.write(`${help}\n`)
    return exitCode.done
  }
  process.stderr.write(`${help}\n\nerror: No flow file was given.\n`)
  return exitCode.wrongUsage
}
