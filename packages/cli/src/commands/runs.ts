import { hostname } from 'node:os'
import { listRuns, openStore } from '@millrace/artifact-store'
import type { RunRecord } from '@millrace/core-graph'
import { exitCode } from '../exit-code.ts'
import { formatTable } from '../render/table.ts'
import { formatDuration, formatTime } from '../render/time.ts'
import { runStatus } from '../runs/run-status.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Lists the runs of a flow, newest first. */
export const runs: Command = {
  name: 'runs',
  usage: 'runs [--limit N] [--json]',
  summary: 'List the runs, newest first',
  details:
    'A run is "lost" when its process has gone without a word: killed, or its machine switched off. What its tasks finished is kept.',
  options: [
    { name: 'limit', value: 'N', help: 'Only the newest N (default: 20)' },
    { name: 'json', help: 'As JSON, all of them unless there is a limit' },
  ],
  takesParameters: false,
  positionals: { least: 0, most: 0 },
  outlivesReader: false,
  async run({ definition, options, output, problems, settings }) {
    const json = options.flag('json')
    const limit = options.wholeNumber('limit', 1) ?? (json ? Number.POSITIVE_INFINITY : 20)
    if (problems.length > 0) throw new UsageError(problems)
    const now = new Date()
    const shown: RunRecord[] = []
    let more = false
    for await (const record of listRuns(openStore(settings.datastoreRoot), definition.name)) {
      if (shown.length >= limit) {
        more = true
        break
      }
      shown.push(record)
    }
    if (json)
      output.print(
        JSON.stringify(
          shown.map((record) => ({ ...record, status: statusOf(record, now) })),
          null,
          2,
        ),
      )
    else if (shown.length === 0) output.note(`${definition.name} has no runs in ${settings.datastoreRoot}.`)
    else {
      output.print(
        formatTable(
          ['run', 'status', 'created', 'duration', 'tags'],
          shown.map((record) => row(record, now)),
        ),
      )
      if (more) output.note(`There are older ones: --limit ${10 * limit} shows more.`)
    }
    return exitCode.done
  },
}

const statusOf = (record: RunRecord, now: Date): string => runStatus(record, { now, host: hostname() })

function row(record: RunRecord, now: Date): readonly string[] {
  const status = statusOf(record, now)
  const end = record.finishedAt ?? (status === 'lost' ? record.heartbeatAt : now.toISOString())
  const created = new Date(record.createdAt)
  return [record.run, status, formatTime(created).slice(0, 19), formatDuration(Date.parse(end) - created.getTime()), record.tags.join(', ')]
}
