import type { CommandContext } from '../commands/command.ts'
import { openClient } from '../runs/open-client.ts'
import { readPlace } from '../runs/read-place.ts'
import { UsageError } from '../usage-error.ts'

/** Which jobs of a flow a command is about. */
export interface ChosenJobs {
  readonly flow: string
  readonly run?: string
  readonly user?: string
  /** The queues that they may be on. */
  readonly queues: readonly string[]
  /** In words, for messages: `run 5`, `all runs of ada`. */
  readonly words: string
}

/**
 * The jobs that `--my-runs`, `--run-id`, `--user` and `--queue` choose: of the newest run of the namespace unless they say otherwise.
 *
 * @throws UsageError with all that is wrong with the options; MillraceError where the run that is named is none of this flow.
 */
export async function chosenJobs(context: CommandContext): Promise<ChosenJobs> {
  const { definition, options, problems, settings } = context
  const myRuns = options.flag('my-runs')
  const user = options.text('user')
  const runText = options.text('run-id')
  const queues = queuesOf(context)
  if (myRuns && user !== undefined) problems.push('--my-runs and --user exclude each other: --user says whose runs.')
  if (myRuns && runText !== undefined) problems.push('--my-runs and --run-id exclude each other: --run-id is one run.')
  if (queues.length === 0)
    problems.push('No queue is known. Set MILLRACE_BATCH_QUEUE, give --queue, or let "millrace configure" write it into your settings.')
  if (problems.length > 0) throw new UsageError(problems)
  const flow = definition.name
  if (runText !== undefined) {
    const { run } = readPlace(definition, runText)
    return { flow, run, queues, ...(user === undefined ? {} : { user }), words: `run ${run}${user === undefined ? '' : ` of ${user}`}` }
  }
  if (user !== undefined || myRuns) {
    const whose = user ?? settings.user
    return { flow, user: whose, queues, words: `all runs of ${whose}` }
  }
  const latest = await openClient(settings, settings.namespace).flow(flow).latestRun()
  if (!latest)
    throw new UsageError(
      `${flow} has no runs in ${settings.datastoreRoot} in the namespace ${settings.namespace}. Name one with --run-id, or take --my-runs or --user.`,
    )
  return { flow, run: latest.id, queues, words: `run ${latest.id}` }
}

/** The queue of the settings, those that steps name, and those that are given. */
function queuesOf({ definition, options, settings }: CommandContext): readonly string[] {
  const given = options.texts('queue')
  if (given.length > 0) return given
  const ofSteps = [...definition.steps.values()].flatMap(({ options: { batch } }) => (typeof batch === 'object' ? (batch.queue ?? []) : []))
  return [...new Set([...(settings.batch.queue === undefined ? [] : [settings.batch.queue]), ...ofSteps])]
}
