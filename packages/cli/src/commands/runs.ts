import { type Run, runStatuses } from '@millrace/client'
import { namespaceOptions } from '../arguments/option.ts'
import { exitCode } from '../exit-code.ts'
import { formatPlural } from '../render/quantity.ts'
import { formatTable } from '../render/table.ts'
import { formatDuration, formatTime } from '../render/time.ts'
import { openClient, readNamespace } from '../runs/open-client.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Lists the runs of a flow, newest first. */
export const runs: Command = {
  name: 'runs',
  usage: 'runs [--namespace NS | --all] [--tag TAG] [--status STATUS] [--limit N] [--json]',
  summary: 'List the runs, newest first',
  details: [
    'Shows the runs of your namespace; a note says when others are hidden.',
    'A run is "failed (lost)" when its process has gone without a word: killed, or its machine switched off. What its tasks finished is kept, and resume goes on from there.',
  ].join('\n'),
  options: [
    ...namespaceOptions,
    { name: 'tag', value: 'TAG', repeatable: true, help: 'Only runs that have this tag, the user’s or the system’s' },
    { name: 'status', value: 'STATUS', help: `Only runs that are ${runStatuses.slice(0, -1).join(', ')} or ${runStatuses.at(-1)}` },
    { name: 'limit', value: 'N', help: 'Only the newest N (default: 20)' },
    { name: 'json', help: 'As JSON, all of them unless there is a limit' },
  ],
  takesParameters: false,
  positionals: { least: 0, most: 0 },
  outlivesReader: false,
  async run(context) {
    const { definition, options, output, problems, settings } = context
    const json = options.flag('json')
    const limit = options.wholeNumber('limit', 1) ?? (json ? Number.POSITIVE_INFINITY : 20)
    const namespace = readNamespace(context)
    const status = options.choice('status', runStatuses)
    if (problems.length > 0) throw new UsageError(problems)
    const filter = { tags: options.texts('tag'), ...(status === undefined ? {} : { status }) }
    const shown: Run[] = []
    let hidden = 0
    let isMore = false
    for await (const run of openClient(settings).flow(definition.name).runs(filter)) {
      const isHidden = namespace !== null && !run.isInNamespace(namespace)
      if (isHidden) hidden += 1
      isMore = !isHidden && shown.length >= limit
      if (isMore) break
      if (!isHidden) shown.push(run)
    }
    if (json) output.print(JSON.stringify(shown.map(asJson), null, 2))
    else if (shown.length > 0) output.print(asTable(shown, namespace === null))
    else if (hidden === 0)
      output.note(
        `${definition.name} has no ${filter.tags.length > 0 || status !== undefined ? 'such ' : ''}runs in ${settings.datastoreRoot}.`,
      )
    if (isMore && !json) output.note(`There are older ones: --limit ${10 * limit} shows more.`)
    if (hidden > 0)
      output.note(
        `${formatPlural(hidden, 'run')} of other namespaces than ${namespace} ${hidden === 1 ? 'is' : 'are'} hidden: --all shows them too.`,
      )
    return exitCode.done
  },
}

function asTable(shown: readonly Run[], withNamespace: boolean): string {
  const withOrigin = shown.some((run) => run.originRunId !== undefined)
  const columns: [string, (run: Run) => string][] = [
    ['run', (run) => run.id],
    ['status', (run) => `${run.status}${run.lost ? ' (lost)' : ''}`],
    ['created', (run) => formatTime(run.createdAt).slice(0, 19)],
    ['duration', (run) => formatDuration(run.durationMs)],
    ...(withOrigin ? [['origin', (run: Run) => run.originRunId ?? ''] as [string, (run: Run) => string]] : []),
    ...(withNamespace ? [['namespace', (run: Run) => run.namespace] as [string, (run: Run) => string]] : []),
    ['tags', (run) => run.tags.map(shownTag).join(', ')],
  ]
  return formatTable(
    columns.map(([title]) => title),
    shown.map((run) => columns.map(([, cell]) => cell(run))),
  )
}

/** A tag may hold line breaks and control characters, which would break the table or the terminal. */
const shownTag = (tag: string): string => (/\p{Cc}/u.test(tag) ? JSON.stringify(tag) : tag)

function asJson(run: Run): object {
  const { id, flow, pathspec, status, lost, createdAt, finishedAt, durationMs, user, namespace, tags, systemTags, originRunId, error } = run
  return { flow, run: id, pathspec, status, lost, createdAt, finishedAt, durationMs, user, namespace, tags, systemTags, originRunId, error }
}
