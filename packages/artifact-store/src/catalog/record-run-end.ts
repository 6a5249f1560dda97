import { type Clock, type ObjectStore, type RunRecord, systemClock } from '@millrace/core-graph'
import { isAbandoned } from '../records/run-life.ts'
import { readRuns, runNumbers } from '../records/run-records.ts'
import { type Catalog, maxSummaries, type RunSummary, summaryOf, withRuns } from './catalog.ts'
import { updateCatalog } from './versions.ts'

/** The most missing runs that one run's end sweeps in. */
const mostSwept = 256
/** The most runs given up that are looked at again: one may have come back after a week. */
const mostLookedAtAgain = 8
const mostAttempts = 8

/**
 * Notes in the flow's catalog how a run ended, so that lists need not read its record; with it, up to 256 other runs that have ended and are missing.
 * Call it once `record` has been written. Never rejects: the catalog is a cache here, and a later run's end makes up for a failure. Says whether it was noted.
 *
 * Two listings, one get, one put; and a get for each run that the catalog does not know to have ended.
 */
export async function recordRunEnd(
  store: ObjectStore,
  record: RunRecord,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<boolean> {
  let swept: readonly RunSummary[] | undefined
  const change = async (catalog: Catalog): Promise<Catalog> => {
    swept ??= await sweep(store, record, { catalog, now: clock.now() })
    const isNews = ({ run }: RunSummary): boolean => (catalog.runs.get(run)?.status ?? 'running') === 'running'
    return withRuns(catalog, [...swept.filter(isNews), summaryOf(record)])
  }
  try {
    await updateCatalog(store, record.flow, { change, mayBeLost: true, mostAttempts, clock })
    return true
  } catch {
    return false
  }
}

/** The other runs that have ended, or will never go on, and that the catalog lacks. */
async function sweep(
  store: ObjectStore,
  { flow, run }: RunRecord,
  { catalog, now }: { readonly catalog: Catalog; readonly now: Date },
): Promise<readonly RunSummary[]> {
  const others = (await runNumbers(store, flow)).slice(0, maxSummaries).map(String)
  const missing = others.filter((other) => other !== run && !catalog.runs.has(other)).slice(0, mostSwept)
  const givenUp = others.filter((other) => other !== run && catalog.runs.get(other)?.status === 'running')
  const again = givenUp.sort(() => Math.random() - 0.5).slice(0, mostLookedAtAgain)
  const records = await readRuns(store, flow, [...missing, ...again])
  return [...records.values()].filter((record) => record.status !== 'running' || isAbandoned(record, { now })).map(summaryOf)
}
