import { type Clock, type ObjectEntry, type ObjectStore, type RunRecord, systemClock } from '@millrace/core-graph'
import { forgetRuns } from '../catalog/forget-runs.ts'
import { blobsPrefix, runKey, runPrefix, runTalkPrefix } from '../layout.ts'
import { isAbandoned, lossOf } from '../records/run-life.ts'
import { readRuns, runNumbers } from '../records/run-records.ts'
import { NamedBlobs } from './named-blobs.ts'

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
  const { old, staying } = await sortRuns(store, flow, { now, olderThanMs })
  if (!dryRun) {
    for (const run of old) {
      signal?.throwIfAborted()
      onProgress({ kind: 'delete-run', run })
      await deleteRun(store, flow, run)
    }
    await forgetRuns(store, flow, old)
  }

  const live = staying.filter((run) => run.status === 'running' && !lossOf(run, { now }))
  const bornBefore = Math.min(now.getTime() - graceMs, ...live.map((run) => Date.parse(run.createdAt)))
  const candidates: ObjectEntry[] = []
  for await (const entry of store.list(blobsPrefix(flow), signal && { signal }))
    if ((entry.modifiedAt?.getTime() ?? Number.POSITIVE_INFINITY) < bornBefore) candidates.push(entry)

  let doomed: readonly ObjectEntry[] = candidates
  const look = async (runs: readonly RunRecord[]): Promise<void> => {
    const named = new NamedBlobs(store, flow)
    for (const run of doomed.length > 0 ? runs : []) {
      signal?.throwIfAborted()
      onProgress({ kind: 'read-run', run: run.run })
      await named.addRun(run)
    }
    doomed = doomed.filter(({ key }) => !named.has(key.slice(-64)))
  }
  await look(staying)
  if (doomed.length > 0 && !dryRun) {
    // What has begun or gone on since may have come upon a blob that was nobody's.
    const known = new Set(staying.map(({ run }) => run))
    if (live.length > 0) {
      onProgress({ kind: 'look-again', inMs: lookAgainMs })
      await clock.sleep(lookAgainMs, signal)
    }
    const later = await sortRuns(store, flow, { now, olderThanMs: Number.POSITIVE_INFINITY })
    await look(later.staying.filter(({ run }) => !known.has(run) || live.some((each) => each.run === run)))
    // One that was written again since it was listed is about to be named.
    const old = new Set<string>()
    for await (const { key, modifiedAt } of store.list(blobsPrefix(flow), signal && { signal }))
      if ((modifiedAt?.getTime() ?? Number.POSITIVE_INFINITY) < bornBefore) old.add(key)
    doomed = doomed.filter(({ key }) => old.has(key))
  }
  const sizeBytes = doomed.reduce((sum, entry) => sum + (entry.sizeBytes ?? 0), 0)
  if (!dryRun && doomed.length > 0) {
    onProgress({ kind: 'delete-blobs', count: doomed.length, sizeBytes })
    await deleteAll(
      store,
      doomed.map(({ key }) => key),
    )
  }
  const leftovers = dryRun ? 0 : await store.sweep(flow, { before: new Date(now.getTime() - graceMs) })
  return { runs: old, blobs: { count: doomed.length, sizeBytes }, leftovers }
}

/** Which runs go, lowest first, and the records of those that stay. */
async function sortRuns(
  store: ObjectStore,
  flow: string,
  { now, olderThanMs }: { readonly now: Date; readonly olderThanMs: number },
): Promise<{ readonly old: readonly string[]; readonly staying: readonly RunRecord[] }> {
  const numbers = (await runNumbers(store, flow)).map(String).reverse()
  const newest = numbers.at(-1)
  const old: string[] = []
  const staying: RunRecord[] = []
  for (let start = 0; start < numbers.length; start += batchSize) {
    const batch = numbers.slice(start, start + batchSize)
    const records = await readRuns(store, flow, batch)
    for (const run of batch) {
      const record = records.get(run)
      const endedAt = record && endOf(record, now)
      if (run !== newest && endedAt !== undefined && now.getTime() - endedAt > olderThanMs) old.push(run)
      else if (record) staying.push(record)
      else if (run !== newest && !(await store.get(runKey({ flow, run })))) old.push(run)
    }
  }
  return { old, staying }
}

/** When a run ended, in milliseconds since 1970; `undefined` while it goes on, or may. */
function endOf(run: RunRecord, now: Date): number | undefined {
  if (run.status !== 'running') return Date.parse(run.finishedAt ?? run.heartbeatAt)
  return isAbandoned(run, { now }) ? Date.parse(run.heartbeatAt) : undefined
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
