import type { Run, Task } from '@millrace/client'
import { enumerate, formatPathspec, type LogLine } from '@millrace/core-graph'
import { exitCode } from '../exit-code.ts'
import { runEnding } from '../render/run-ending.ts'
import { formatTime } from '../render/time.ts'
import { openClient } from '../runs/open-client.ts'
import { notFound, type Place, readPlace } from '../runs/read-place.ts'
import { UsageError } from '../usage-error.ts'
import type { Command, CommandContext } from './command.ts'

/** Prints what tasks wrote. */
export const logs: Command = {
  name: 'logs',
  usage: 'logs PATHSPEC [--stdout | --stderr] [--timestamps] [--attempt N | --follow]',
  summary: 'Print what the tasks of a run, a step, or one task wrote',
  details: [
    'PATHSPEC is 5 for a run, 5/fit for a step, 5/fit/3 for a task. Several tasks come one after another, each line with its task.',
    'Of a task that resume took over from an earlier run, it is what it wrote there.',
  ].join('\n'),
  options: [
    { name: 'stdout', help: 'Only what was written to stdout' },
    { name: 'stderr', help: 'Only what was written to stderr' },
    { name: 'timestamps', help: 'Begin each line with its time' },
    { name: 'attempt', value: 'N', help: 'Of this attempt, counted from 1 (default: the latest)' },
    {
      name: 'follow',
      help: 'Go on until the run ends. Lines come when they are saved: after a second at first, then up to half a minute later',
    },
  ],
  takesParameters: false,
  positionals: { least: 1, most: 1 },
  outlivesReader: false,
  async run(context) {
    const { definition, options, output, positionals, problems, settings } = context
    const attempt = options.wholeNumber('attempt', 1)
    const follow = options.flag('follow')
    if (follow && attempt !== undefined) problems.push('--follow and --attempt exclude each other: an attempt that goes on is the latest.')
    const place = readPlace(definition, positionals[0] ?? '')
    if (place.artifact !== undefined)
      problems.push(`${formatPathspec(place)} is an artifact, and tasks have logs. Show it with dump, or leave its name out.`)
    const format = readFormat(context, place)
    if (problems.length > 0) throw new UsageError(problems)
    const run = await openClient(settings).flow(definition.name).run(place.run)
    if (follow && !run.finished) {
      const { step, task } = place
      const followed = run.followLogs({ ...(step === undefined ? {} : { step }), ...(task === undefined ? {} : { task }) })
      for await (const line of followed) for (const text of format(line, { ...place, ...line })) output.print(text)
      const { status, lost } = await openClient(settings).flow(definition.name).run(place.run)
      output.note(`Run ${run.pathspec} ${lost ? 'was lost' : runEnding[status]}.`)
      return exitCode.done
    }
    let isSilent = true
    for (const task of await findTasks(run, place)) {
      if (attempt !== undefined && !task.attempts.some((each) => each.attempt === attempt - 1)) {
        if (place.task === undefined) continue
        throw notFound(
          place,
          `It has no attempt ${attempt}: there are ${enumerate(task.attempts.map((each) => String(each.attempt + 1)))}.`,
        )
      }
      const lines = await task.logLines(attempt === undefined ? {} : { attempt: attempt - 1 }).toArray()
      const text = lines.flatMap((line) => format(line, { step: task.step, task: task.id }))
      if (text.length === 0) continue
      output.print(text.join('\n'))
      isSilent = false
    }
    if (isSilent)
      output.note(
        `${formatPathspec(place)} has written nothing${streamWords(context)}${attempt === undefined ? '' : ` in attempt ${attempt}`}${run.finished ? '' : ' yet'}.`,
      )
    return exitCode.done
  },
}

/** In the order in which they began. */
async function findTasks(run: Run, { step, task }: Place): Promise<readonly Task[]> {
  if (step === undefined) return (await run.tasks().toArray()).toReversed()
  return task === undefined ? (await run.step(step).tasks().toArray()).toReversed() : [await run.step(step).task(task)]
}

function streamWords({ options }: CommandContext): string {
  const [stdout, stderr] = [options.flag('stdout'), options.flag('stderr')]
  return stdout === stderr ? '' : ` to ${stdout ? 'stdout' : 'stderr'}`
}

type Format = (line: LogLine, from: { readonly step: string; readonly task: string }) => readonly string[]

/** How a line is printed: not at all where it is of a stream that was not asked for. */
function readFormat({ options }: CommandContext, place: Place): Format {
  const [stdout, stderr, timestamps] = [options.flag('stdout'), options.flag('stderr'), options.flag('timestamps')]
  return ({ at, stream, text }, { step, task }) => {
    if (stdout !== stderr && stream !== (stdout ? 'stdout' : 'stderr')) return []
    const from = place.task === undefined ? `[${place.run}/${step}/${task}] ` : ''
    return [`${timestamps ? `${formatTime(at)} ` : ''}${from}${text}`]
  }
}
