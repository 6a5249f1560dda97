import type { BatchExecutor, TerminateResult } from '@millrace/batch-executor'
import { readAction } from '../arguments/read-action.ts'
import type { Command, CommandContext } from '../commands/command.ts'
import { exitCode } from '../exit-code.ts'
import { formatPlural } from '../render/quantity.ts'
import { untilSignal } from '../until-signal.ts'
import { type ChosenJobs, chosenJobs } from './chosen-jobs.ts'
import { type FoundJob, findJobs } from './find-jobs.ts'
import { jobsAsJson, jobsAsTable } from './print-jobs.ts'

const actions = ['list', 'kill'] as const

/** Lists and ends the jobs that runs of a flow have on AWS Batch. */
export const batch: Command = {
  name: 'batch',
  usage: 'batch list|kill [--run-id N | --my-runs | --user NAME] [--queue QUEUE] [--json]',
  summary: 'List or end the jobs of runs on AWS Batch',
  details: [
    'batch list              the jobs of the newest run that have not ended',
    'batch kill --run-id 5   ends those of run 5, and waits until they have: AWS Batch gives a program 30 s',
    'batch kill --my-runs    ends those of all your runs of this flow',
    'Jobs are known by the parameters that Millrace gives them, and not by their names: those of others are never touched.',
    'kill ends with exit code 1 where a job could not be ended, or had not ended after 35 s.',
  ].join('\n'),
  options: [
    { name: 'run-id', value: 'N', help: 'Of this run (default: the newest one of your namespace)' },
    { name: 'my-runs', help: 'Of all your runs' },
    { name: 'user', value: 'NAME', help: 'Of all runs of this user; with --run-id of that one if it is theirs' },
    {
      name: 'queue',
      value: 'QUEUE',
      repeatable: true,
      help: "On this queue (default: that of the settings, and those that the flow's steps name)",
    },
    { name: 'json', help: 'As JSON' },
  ],
  takesParameters: false,
  positionals: { least: 1, most: 1 },
  outlivesReader: true,
  async run(context) {
    const { options, positionals, problems, settings } = context
    const action = readAction({ command: 'batch', word: positionals[0] ?? '', actions }, problems)
    const json = options.flag('json')
    const chosen = await chosenJobs(context)
    const { BatchExecutor } = await import('@millrace/batch-executor')
    return await untilSignal(async (signal) => {
      await using executor = new BatchExecutor({ queue: chosen.queues[0] ?? settings.batch.queue ?? '' })
      const jobs = await findJobs(executor, chosen, signal)
      return action === 'list' ? list(context, { jobs, chosen, json }) : await kill(context, { jobs, chosen, json, executor, signal })
    })
  },
}

interface Found {
  readonly jobs: readonly FoundJob[]
  readonly chosen: ChosenJobs
  readonly json: boolean
}

function list({ output }: CommandContext, { jobs, chosen, json }: Found): number {
  if (json) output.print(jobsAsJson(jobs))
  else if (jobs.length > 0) output.print(jobsAsTable(jobs, new Date()))
  else output.note(`No jobs of ${chosen.words} are on ${chosen.queues.join(', ')}.`)
  return exitCode.done
}

async function kill(
  { output, settings }: CommandContext,
  { jobs, chosen, json, executor, signal }: Found & { readonly executor: BatchExecutor; readonly signal: AbortSignal },
): Promise<number> {
  if (jobs.length > 0) output.status(`Ending ${formatPlural(jobs.length, 'job')} of ${chosen.words} ...`)
  const ids = jobs.map(({ id }) => id)
  const result = await executor.terminate(ids, `Ended by ${settings.user} with "batch kill".`, { signal })
  output.status(undefined)
  if (json) output.print(JSON.stringify(asJson(result), null, 2))
  else if (jobs.length === 0) output.note(`No jobs of ${chosen.words} are on ${chosen.queues.join(', ')}: there was nothing to end.`)
  else tell({ output, jobs, chosen, result })
  return result.left.length + result.failed.length > 0 ? exitCode.flowFailed : exitCode.done
}

function tell({
  output,
  jobs,
  chosen,
  result,
}: Pick<CommandContext, 'output'> & Pick<Found, 'jobs' | 'chosen'> & { readonly result: TerminateResult }): void {
  const names = new Map(jobs.map((job) => [job.id, `${job.run}/${job.step}, job ${job.id}`]))
  output.print(`Ended ${formatPlural(result.ended.length, 'job')} of ${chosen.words}.`)
  for (const { id, status } of result.left)
    output.error(
      `Not ended yet: ${names.get(id)}, which was told to and is still ${status}. AWS Batch kills it within 30 s; "batch list" shows.`,
    )
  for (const { id, error } of result.failed) output.error(`Not ended: ${names.get(id)}. ${error.message}`)
}

function asJson({ ended, left, failed }: TerminateResult): object {
  return { ended, left, failed: failed.map(({ id, error }) => ({ id, code: error.code, message: error.message })) }
}
