import { openStore, readLog } from '@millrace/artifact-store'
import type { LogLine } from '@millrace/core-graph'
import { exitCode } from '../exit-code.ts'
import { formatTime } from '../render/time.ts'
import { findLogs } from '../runs/find-logs.ts'
import { enumerate, findTasks, notFound } from '../runs/find-tasks.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Prints what tasks wrote. */
export const logs: Command = {
  name: 'logs',
  usage: 'logs PATHSPEC [--stdout | --stderr] [--timestamps] [--attempt N]',
  summary: 'Print what the tasks of a run, a step, or one task wrote',
  details: 'PATHSPEC is 5 for a run, 5/fit for a step, 5/fit/3 for a task. Several tasks come one after another, each line with its task.',
  options: [
    { name: 'stdout', help: 'Only what was written to stdout' },
    { name: 'stderr', help: 'Only what was written to stderr' },
    { name: 'timestamps', help: 'Begin each line with its time' },
    { name: 'attempt', value: 'N', help: 'Of this attempt, counted from 1 (default: the latest)' },
  ],
  takesParameters: false,
  positionals: { least: 1, most: 1 },
  outlivesReader: false,
  async run({ definition, options, output, positionals, problems, settings }) {
    const [stdout, stderr, timestamps] = [options.flag('stdout'), options.flag('stderr'), options.flag('timestamps')]
    const attempt = options.wholeNumber('attempt', 1)
    if (problems.length > 0) throw new UsageError(problems)
    const store = openStore(settings.datastoreRoot)
    const { pathspec, run } = await findTasks(store, definition, positionals[0] ?? '')
    const all = await findLogs(store, pathspec)
    const wanted = all.filter((log) => pathspec.task === undefined || log.task === pathspec.task)
    if (pathspec.task !== undefined && wanted.length === 0)
      throw notFound(
        pathspec,
        all.length === 0 ? 'No task of this step has written a log.' : `Tasks with a log are ${enumerate(all.map((log) => log.task))}.`,
      )
    const several = pathspec.task === undefined
    for (const log of wanted) {
      const number = attempt === undefined ? Math.max(...log.attempts) : attempt - 1
      if (!log.attempts.includes(number)) {
        if (several) continue
        throw notFound(
          pathspec,
          `It has no log of attempt ${attempt}: there are ${enumerate(log.attempts.map((known) => String(known + 1)))}.`,
        )
      }
      const lines = await readLog(store, log.keyOf(number))
      const shown = lines.filter(({ stream }) => stdout === stderr || stream === (stdout ? 'stdout' : 'stderr'))
      const prefix = several ? `[${run.run}/${log.step}/${log.task}] ` : ''
      const text = shown.map((line) => format(line, timestamps, prefix))
      if (text.length > 0) output.print(text.join('\n'))
    }
    return exitCode.done
  },
}

const format = ({ at, text }: LogLine, timestamps: boolean, prefix: string): string =>
  `${timestamps ? `${formatTime(at)} ` : ''}${prefix}${text}`
