import { type Clock, type ObjectStore, systemClock } from '@millrace/core-graph'
import { forgetRuns } from '../catalog/forget-runs.ts'
import { runKey, runPrefix, runTalkPrefix } from '../layout.ts'
import { sortRuns } from './sort-runs.ts'
import { findUnnamedBlobs } from './unnamed-blobs.ts'

/** What is garbage, and what to do about it. */
export interface GarbageOptions {
  /** Runs that ended longer ago than this are deleted. */
  readonly olderThanMs: number
  /** Blobs that were written later than this long ago stay, whether a run names them or not: the record that will name them may be on its way. Default one day. */
  readonly graceMs?: number
  /** Only tells what would be deleted. Default `false`. */
  readonly dryRun?: boolean
  /** How long is waited before a second look where a run is going on. Default one minute. */
  readonly lookAgainMs?: number
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: GarbageProgress) => void
}

/** What {@link collectGarbage} is about to do. */
export type GarbageProgress =
  | { readonly kind: 'delete-run'; readonly run: string }
  | { readonly kind: 'read-run'; readonly run: string }
  | { readonly kind: 'look-again'; readonly inMs: number }
  | { readonly kind: 'delete-blobs'; readonly count: number; readonly sizeBytes: number }

/** What was deleted, or would be. */
export interface Garbage {
  /** Their numbers, lowest first. */
  readonly runs: readonly string[]
  readonly blobs: { readonly count: number; readonly sizeBytes: number }
  /** What killed puts had left behind, such as temporary files and unfinished uploads. 0 in a dry run, which does not look for them. */
  readonly leftovers: number
}

const hour = 3_600_000
const batchSize = 1_000

/**
 * Deletes a flow's old runs, then the blobs that no run names.
 *
 * Never deletes: a run that goes on; the newest run, whose number must not be given again; a blob that a run names; a blob younger than `graceMs`, or than a run that
 * goes on. Where a run goes on, a blob is deleted only if no run names it at a second look a minute later either, and only if nobody has written it again by then.
 * Stopped half-way it leaves no record that names what is gone, and the next call goes on.
 *
 * Requests: listings of the flow's keys; a get for each attempt of each run that stays; a delete for each thousand keys.
 */
export async function collectGarbage(store: ObjectStore, flow: string, options: GarbageOptions): Promise<Garbage> {
  const {
    olderThanMs,
    graceMs = 24 * hour,
    dryRun = false,
    lookAgainMs = 60_000,
    clock = systemClock,
    signal,
    onProgress = () => {},
  } = options
  const now = clock.now()
  const { old, staying } = await sortRuns(store, flow, { now, olderThanMs, signal })
  if (!dryRun) {
    for (const run of old) {
      signal?.throwIfAborted()
      onProgress({ kind: 'delete-run', run })
      await deleteRun(store, flow, run)
    }
    await forgetRuns(store, flow, old)
  }

  const doomed = await findUnnamedBlobs(store, flow, { runs: staying, now, graceMs, dryRun, lookAgainMs, clock, signal, onProgress })
  const sizeBytes = doomed.reduce((sum, entry) => sum + (entry.sizeBytes ?? 0), 0)
  if (!dryRun && doomed.length > 0) {
    onProgress({ kind: 'delete-blobs', count: doomed.length, sizeBytes })
    await deleteAll(
      store,
      doomed.map(({ key }) => key),
    )
  }
  const leftovers = dryRun ? 0 : await store.sweep(flow, { before: new Date(now.getTime() - graceMs), ...(signal ? { signal } : {}) })
  return { runs: old, blobs: { count: doomed.length, sizeBytes }, leftovers }
}

/** The run's own record goes last: until then the run is there, and the next call finds it. */
async function deleteRun(store: ObjectStore, flow: string, run: string): Promise<void> {
  const own = runKey({ flow, run })
  const keys: string[] = []
  for (const prefix of [runTalkPrefix({ flow, run }), runPrefix({ flow, run })])
    for await (const { key } of store.list(prefix)) if (key !== own) keys.push(key)
  await deleteAll(store, keys)
  await store.delete([own])
}

async function deleteAll(store: ObjectStore, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += batchSize) await store.delete(keys.slice(start, start + batchSize))
}
