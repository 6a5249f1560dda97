import { runOptions } from '../arguments/option.ts'
import { exitCode } from '../exit-code.ts'
import { checkedGraph } from '../start/checked-graph.ts'
import { readGiven, readParameters } from '../start/read-parameters.ts'
import { readRunRequest } from '../start/run-request.ts'
import { startRun } from '../start/start-run.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Runs the flow. */
export const run: Command = {
  name: 'run',
  usage: 'run [options] [parameters]',
  summary: 'Run the flow: on this machine, and on AWS Batch the steps that ask for it',
  details: 'Parameters can also be set by the environment: MILLRACE_PARAM_LEARNING_RATE=0.1 is --learning-rate 0.1.',
  options: runOptions,
  takesParameters: 'new',
  positionals: { least: 0, most: 0 },
  outlivesReader: true,
  async run(context) {
    const graph = await checkedGraph(context)
    if (!graph) return exitCode.wrongUsage
    const parameters = await readParameters(context, readGiven(context))
    const request = readRunRequest(context)
    if (context.problems.length > 0) throw new UsageError(context.problems)
    return await startRun(context, { graph, request, parameters })
  },
}
