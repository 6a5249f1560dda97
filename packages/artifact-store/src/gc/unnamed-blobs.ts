import type { Clock, ObjectEntry, ObjectStore, RunRecord } from '@millrace/core-graph'
import { blobsPrefix } from '../layout.ts'
import { lossOf } from '../records/run-life.ts'
import type { GarbageOptions } from './collect-garbage.ts'
import { NamedBlobs } from './named-blobs.ts'
import { sortRuns } from './sort-runs.ts'

/** How unnamed blobs are looked for; see {@link GarbageOptions}. */
export interface BlobSearch extends Required<Pick<GarbageOptions, 'graceMs' | 'dryRun' | 'lookAgainMs' | 'onProgress'>> {
  /** The runs that stay. */
  readonly runs: readonly RunRecord[]
  readonly now: Date
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

/**
 * The blobs that no run names and that are old enough to be nobody's: written before any run that goes on, and longer ago than `graceMs`.
 * Looks twice, unless it is a dry run: what has begun or gone on since the first look may have come upon a blob that was nobody's, or written it again.
 */
export async function findUnnamedBlobs(store: ObjectStore, flow: string, search: BlobSearch): Promise<readonly ObjectEntry[]> {
  const { runs, now, graceMs, dryRun, lookAgainMs, clock, signal, onProgress } = search
  const live = runs.filter((run) => run.status === 'running' && !lossOf(run, { now }))
  const bornBefore = Math.min(now.getTime() - graceMs, ...live.map((run) => Date.parse(run.createdAt)))
  const listOld = async (): Promise<readonly ObjectEntry[]> => {
    const old: ObjectEntry[] = []
    for await (const entry of store.list(blobsPrefix(flow), signal && { signal }))
      if ((entry.modifiedAt?.getTime() ?? Number.POSITIVE_INFINITY) < bornBefore) old.push(entry)
    return old
  }
  const withoutNamed = async (blobs: readonly ObjectEntry[], by: readonly RunRecord[]): Promise<readonly ObjectEntry[]> => {
    if (blobs.length === 0) return blobs
    const named = new NamedBlobs(store, flow)
    for (const run of by) {
      signal?.throwIfAborted()
      onProgress({ kind: 'read-run', run: run.run })
      await named.addRun(run)
    }
    return blobs.filter(({ key }) => !named.has(key.slice(-64)))
  }

  const first = await withoutNamed(await listOld(), runs)
  if (first.length === 0 || dryRun) return first
  if (live.length > 0) {
    onProgress({ kind: 'look-again', inMs: lookAgainMs })
    await clock.sleep(lookAgainMs, signal)
  }
  const known = new Set(runs.map(({ run }) => run))
  const later = await sortRuns(store, flow, { now, olderThanMs: Number.POSITIVE_INFINITY, signal })
  const second = await withoutNamed(
    first,
    later.staying.filter(({ run }) => !known.has(run) || live.some((each) => each.run === run)),
  )
  // One that was written again since it was listed is about to be named.
  const stillOld = new Set((await listOld()).map(({ key }) => key))
  return second.filter(({ key }) => stillOld.has(key))
}
