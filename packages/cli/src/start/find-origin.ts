import { listRuns, readRun } from '@millrace/artifact-store'
import { MillraceError, type ObjectStore, parsePathspec, type RunRecord } from '@millrace/core-graph'
import type { CommandContext } from '../commands/command.ts'
import { UsageError } from '../usage-error.ts'

/**
 * The run that `resume` goes on from: the one that `--origin-run-id` names, else the newest of the namespace, whether it failed, was stopped, or is done.
 *
 * @throws UsageError or MillraceError where there is no such run, with the runs that there are.
 */
export async function findOrigin({ definition, invocation, options, settings }: CommandContext, store: ObjectStore): Promise<RunRecord> {
  const flow = definition.name
  const given = options.text('origin-run-id')
  if (given === undefined) {
    for await (const record of listRuns(store, flow)) if (record.namespace === settings.namespace) return record
    throw new UsageError(
      `${flow} has no run of ${settings.namespace} in ${store.url} to resume. Name one with --origin-run-id, or start one: ${invocation} run`,
    )
  }
  const { run, flow: ofFlow, step } = parsePathspec(given, { flow })
  if (run === undefined || ofFlow !== flow || step !== undefined)
    throw new UsageError(`--origin-run-id ${given} names no run of ${flow}. Write its number, such as 3, which "${invocation} runs" lists.`)
  const origin = await readRun(store, { flow, run })
  if (origin) return origin
  const newest: string[] = []
  for await (const record of listRuns(store, flow)) if (newest.push(record.run) >= 10) break
  const hint = newest.length > 0 ? `The newest runs are ${newest.join(', ')}.` : `It has no runs in ${store.url}.`
  throw new MillraceError('not-found', `Could not find ${flow}/${run} to resume. ${hint}`, { subject: `${flow}/${run}` })
}
