import { globalOptions } from '../arguments/option.ts'
import { readOptions } from '../arguments/read-options.ts'
import { splitCommand } from '../arguments/split-command.ts'
import { commandNames, loadCommands } from '../commands/command-names.ts'
import { exitCode } from '../exit-code.ts'
import { loadFlow } from '../flow-file/load-flow.ts'
import { formatProgramHelp } from '../render/help.ts'
import { reportErrors } from '../report-errors.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'
import type { ProgramCommand } from './program-command.ts'

/** Commands that need no flow file, in the order of `--help`. */
const programCommands: ReadonlyMap<string, () => Promise<ProgramCommand>> = new Map([
  ['dev', async () => (await import('./dev.ts')).dev],
  ['configure', async () => (await import('./configure.ts')).configure],
  ['doctor', async () => (await import('../doctor/doctor.ts')).doctor],
])

/** The `millrace` program: `millrace FLOW_FILE COMMAND ...`, or `millrace dev`, `configure`, `doctor`. Sets `process.exitCode`; errors are printed, not thrown. */
export async function runProgram(args: readonly string[]): Promise<void> {
  await reportErrors(async () => {
    const { command: path, rest } = splitCommand(args)
    if (path === undefined) return withoutFile(rest)
    const load = programCommands.get(path)
    if (load) return (await import('./program-command.ts')).runProgramCommand(await load(), rest)
    if (commandNames.includes(path))
      throw new UsageError(`${path} needs a flow file before it: millrace FLOW_FILE ${[path, ...rest].join(' ')}`)
    const flow = await loadFlow(path, rest)
    // Loaded now, while the flow's first worker starts.
    const { runFlowFile } = await import('../command-line.ts')
    await runFlowFile({ ...flow, program: 'millrace' }, rest)
    return Number(process.exitCode ?? exitCode.done)
  })
}

async function withoutFile(args: readonly string[]): Promise<number> {
  const { values, problems } = readOptions(globalOptions, args)
  if (values.flag('version')) {
    process.stdout.write(`${version}\n`)
    return exitCode.done
  }
  if (problems.length > 0) throw new UsageError(problems)
  const others = await Promise.all([...programCommands.values()].map((load) => load()))
  const help = formatProgramHelp(
    await loadCommands(),
    others.map(({ usage, summary }) => [usage, summary]),
  )
  if (values.flag('help')) {
    process.stdout.write(`${help}\n`)
    return exitCode.done
  }
  process.stderr.write(`${help}\n\nerror: No flow file was given.\n`)
  return exitCode.wrongUsage
}
