import { openStore } from '@millrace/artifact-store'
import { insteadOf } from '@millrace/core-graph'
import { resumeOptions } from '../arguments/option.ts'
import { exitCode } from '../exit-code.ts'
import { checkedGraph } from '../start/checked-graph.ts'
import { findOrigin } from '../start/find-origin.ts'
import { keepParameters } from '../start/keep-parameters.ts'
import { readRunRequest } from '../start/run-request.ts'
import { startRun } from '../start/start-run.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Makes a new run that goes on where an earlier one stopped. */
export const resume: Command = {
  name: 'resume',
  usage: 'resume [STEP] [options]',
  summary: 'Go on from an earlier run: take over what succeeded in it, and run the rest',
  details: [
    'A new run takes over, by reference, every task that succeeded in the origin, and runs the others with the code as it is now.',
    'With STEP, that step and all that comes after it run again, whether they succeeded or not.',
    'The parameters are those of the origin; one that is given must have the same value.',
  ].join('\n'),
  options: resumeOptions,
  takesParameters: 'same',
  positionals: { least: 0, most: 1 },
  outlivesReader: true,
  async run(context) {
    const { definition, positionals, problems, settings } = context
    const graph = await checkedGraph(context)
    if (!graph) return exitCode.wrongUsage
    const [from] = positionals
    if (from !== undefined && !definition.steps.has(from))
      problems.push(`${definition.name} has no step ${JSON.stringify(from)} to resume from. ${insteadOf(from, definition.steps.keys())}`)
    const store = openStore(settings.datastoreRoot)
    const origin = await findOrigin(context, store)
    const parameters = await keepParameters(context, store, origin)
    const request = readRunRequest(context)
    if (problems.length > 0) throw new UsageError(problems)
    return await startRun(context, { graph, request, parameters, resume: { origin, ...(from === undefined ? {} : { from }) } })
  },
}
