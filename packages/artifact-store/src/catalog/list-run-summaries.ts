import type { ObjectStore } from '@millrace/core-graph'
import { readRuns, runNumbers } from '../records/run-records.ts'
import { type RunSummary, tagsOf } from './catalog.ts'
import { readCatalog } from './versions.ts'

/** A consumer may stop after the first few, so the first batches are small. */
const firstBatch = 8
const largestBatch = 512

/**
 * Summaries of a flow's runs with the tags that they have now, newest first by number. What its catalog does not hold is read from the runs' own records, in batches.
 *
 * Two listings and one get; and one get for each run that has not ended, or was not noted, up to where the consumer stops.
 */
export async function* listRunSummaries(
  store: ObjectStore,
  flow: string,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<RunSummary> {
  const [numbers, catalog] = await Promise.all([runNumbers(store, flow, options), readCatalog(store, flow, options)])
  for (let start = 0, size = firstBatch; start < numbers.length; size = Math.min(size * 4, largestBatch)) {
    const runs = numbers.slice(start, start + size).map(String)
    start += size
    const unknown = runs.filter((run) => !catalog.runs.has(run))
    const records = await readRuns(store, flow, unknown, options)
    for (const run of runs) {
      const summary = catalog.runs.get(run) ?? records.get(run)
      if (summary) yield { ...summary, tags: tagsOf(catalog, summary) }
    }
  }
}
