import { readRun } from '@millrace/artifact-store'
import { type ObjectStore, parsePathspec, type RunRecord } from '@millrace/core-graph'
import type { CommandContext } from '../commands/command.ts'
import { openClient } from '../runs/open-client.ts'
import { UsageError } from '../usage-error.ts'

/**
 * The run that `resume` goes on from: the one that `--origin-run-id` names, of whatever namespace, else the newest of the namespace, whether it failed, was stopped, or
 * is done.
 *
 * @throws UsageError or MillraceError where there is no such run, with the runs that there are.
 */
export async function findOrigin(context: CommandContext, store: ObjectStore): Promise<RunRecord> {
  const { definition, invocation, options, settings } = context
  const flow = definition.name
  const given = options.text('origin-run-id')
  const found =
    given === undefined
      ? await openClient(settings, settings.namespace).flow(flow).latestRun()
      : await openClient(settings).flow(flow).run(readRunNumber(context, given))
  const record = found && (await readRun(store, { flow, run: found.id }))
  if (record) return record
  throw new UsageError(
    `${flow} has no run of ${settings.namespace} in ${settings.datastoreRoot} to resume. Name one with --origin-run-id, or start one: ${invocation} run`,
  )
}

function readRunNumber({ definition, invocation }: CommandContext, given: string): string {
  const { run, flow, step } = parsePathspec(given, { flow: definition.name })
  if (run !== undefined && flow === definition.name && step === undefined) return run
  throw new UsageError(
    `--origin-run-id ${given} names no run of ${definition.name}. Write its number, such as 3, which "${invocation} runs" lists.`,
  )
}
