import type { ObjectStore } from '@millrace/core-graph'
import { updateCatalog } from './versions.ts'

/** Takes runs that were deleted out of a flow's catalog, with their tags. No request for none; otherwise as {@link updateCatalog}. */
export async function forgetRuns(store: ObjectStore, flow: string, runs: readonly string[]): Promise<void> {
  if (runs.length === 0) return
  const gone = new Set(runs)
  await updateCatalog(store, flow, {
    change: (catalog) => {
      if (!runs.some((run) => catalog.runs.has(run) || catalog.tags.has(run))) return catalog
      const left = <Value>(entries: ReadonlyMap<string, Value>): Map<string, Value> =>
        new Map([...entries].filter(([run]) => !gone.has(run)))
      return { ...catalog, runs: left(catalog.runs), tags: left(catalog.tags) }
    },
  })
}
