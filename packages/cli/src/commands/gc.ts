import { collectGarbage, type Garbage, type GarbageProgress, openStore } from '@millrace/artifact-store'
import { enumerate } from '@millrace/core-graph'
import { exitCode } from '../exit-code.ts'
import { formatPlural, formatSize } from '../render/quantity.ts'
import type { Output } from '../terminal/output.ts'
import { untilSignal } from '../until-signal.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Deletes old runs, and what no run names any more. */
export const gc: Command = {
  name: 'gc',
  usage: 'gc --older-than AGE [--dry-run]',
  summary: 'Delete old runs, and the artifacts that no run names any more',
  details: [
    'AGE is such as 30d or 12h: runs that ended longer ago are deleted, whoever ran them; never one that goes on, and never the newest.',
    'Then the bytes of artifacts that no run names are deleted, if they are older than a day and than every run that goes on, and what killed processes have left half written.',
    'It is safe beside running flows, and where it is stopped the next one goes on. Deleting cannot be undone: look with --dry-run first.',
  ].join('\n'),
  options: [
    { name: 'older-than', value: 'AGE', help: 'Delete runs that ended longer ago than this: 30d, 12h, 90m' },
    { name: 'dry-run', help: 'Only tell what would be deleted' },
  ],
  takesParameters: false,
  positionals: { least: 0, most: 0 },
  outlivesReader: true,
  async run({ definition, options, output, problems, settings }) {
    const olderThanMs = options.durationMs('older-than', '30d, 12h or 90m')
    const dryRun = options.flag('dry-run')
    if (options.texts('older-than').length === 0)
      problems.push('--older-than is missing: say how old a run must be to be deleted, such as --older-than 30d.')
    if (olderThanMs === undefined || problems.length > 0) throw new UsageError(problems)
    const store = openStore(settings.datastoreRoot, { durable: settings.durable })
    return await untilSignal(async (signal) => {
      const garbage = await collectGarbage(store, definition.name, {
        olderThanMs,
        dryRun,
        signal,
        onProgress: (progress) => tell(output, progress),
      })
      output.status(undefined)
      output.print(describe(garbage, dryRun))
      return exitCode.done
    })
  },
}

function tell(output: Output, progress: GarbageProgress): void {
  if (progress.kind === 'delete-run') output.status(`Deleting run ${progress.run} ...`)
  else if (progress.kind === 'read-run') output.status(`Reading what run ${progress.run} names ...`)
  else if (progress.kind === 'delete-blobs') output.status(`Deleting ${formatPlural(progress.count, 'artifact blob')} ...`)
  else {
    output.status(undefined)
    output.note(`A run goes on: looking again in ${Math.round(progress.inMs / 1_000)} s at what it names.`)
  }
}

function describe({ runs, blobs, leftovers }: Garbage, dryRun: boolean): string {
  const parts = [
    ...(runs.length > 0 ? [`${formatPlural(runs.length, 'run')} (${enumerate(runs)})`] : []),
    ...(blobs.count > 0 ? [`${formatPlural(blobs.count, 'artifact blob')} of ${formatSize(blobs.sizeBytes)}`] : []),
    ...(leftovers > 0 ? [`${formatPlural(leftovers, 'leftover')} of killed processes`] : []),
  ]
  if (parts.length === 0) return dryRun ? 'Nothing would be deleted.' : 'There was nothing to delete.'
  return `${dryRun ? 'Would delete' : 'Deleted'} ${[parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ')}.`
}
