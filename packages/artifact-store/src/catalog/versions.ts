import { randomBytes } from 'node:crypto'
import { type Clock, MillraceError, type ObjectStore, systemClock } from '@millrace/core-graph'
import { catalogKey, catalogPrefix, parseCatalogKey } from '../layout.ts'
import { type Catalog, emptyCatalog } from './catalog.ts'
import { encodeCatalog } from './encode-catalog.ts'
import { parseCatalog } from './parse-catalog.ts'

/** Versions that stay readable below the newest: a reader that has listed them has this many writes' time to read one. */
const keptVersions = 32
/** Older ones go in lots, because a remote store deletes many at the price of one. */
const lot = 8
const mostReads = 100
const firstWaitMs = 2
const longestWaitMs = 1_000

/** How a catalog is changed by {@link updateCatalog}. */
export interface CatalogChange {
  /**
   * Gives the next version; the same catalog where there is nothing to do. Called again, on what others have written, as often as someone was quicker.
   * `isRepeated`: whether an earlier version of this change may be in it already.
   */
  readonly change: (catalog: Catalog, isRepeated: boolean) => Catalog | Promise<Catalog>
  /** Whether the change must hold for good, or may be lost where other writers are much quicker: saves one listing. */
  readonly mayBeLost?: boolean
  /** Default 1,000. */
  readonly mostAttempts?: number
  /** For tests of the write protocol. Default 32. */
  readonly kept?: number
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

interface Versions {
  readonly catalog: Catalog
  /** The highest number there is, readable or not; 0 where there is none. */
  readonly head: number
  /** Highest first. */
  readonly sequences: readonly number[]
}

/** The newest version of a flow's catalog that can be read. One listing and one get. */
export async function readCatalog(store: ObjectStore, flow: string, options: { readonly signal?: AbortSignal } = {}): Promise<Catalog> {
  return (await readVersions(store, flow, options)).catalog
}

/**
 * Writes the next version of a flow's catalog, with put-if-absent on the next number: of several writers at once one wins, and the others change what it wrote.
 * Nothing that settled is ever lost, with no more than put-if-absent.
 *
 * A writer that slept while `kept` others wrote could create a number that was deleted again. So a change that must hold looks afterwards how far the others are:
 * nobody can have deleted its number unless there is one that is `kept` above it. Then it does the change again, on the newest.
 *
 * Requests: two listings, a get and a put; for each writer that was quicker a listing, two gets and a put more.
 *
 * @throws MillraceError `store-failed`, retryable, if others were quicker every time.
 */
export async function updateCatalog(
  store: ObjectStore,
  flow: string,
  { change, mayBeLost = false, mostAttempts = 1_000, kept = keptVersions, clock = systemClock, signal }: CatalogChange,
): Promise<Catalog> {
  let isRepeated = false
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    signal?.throwIfAborted()
    const { catalog, head, sequences } = await readVersions(store, flow, signal && { signal })
    const changed = await change(catalog, isRepeated)
    if (changed === catalog) return catalog
    const next: Catalog = { ...changed, sequence: head + 1 }
    const outcome = await putVersion(store, flow, next)
    if (outcome === 'written' && (mayBeLost || (await isSafe(store, flow, next.sequence + kept)))) {
      await deleteOld(
        store,
        flow,
        sequences.filter((sequence) => sequence <= next.sequence - kept),
      )
      return next
    }
    isRepeated ||= outcome !== 'taken'
    await clock.sleep(Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(attempt, 20)), signal)
  }
  throw new MillraceError(
    'store-failed',
    `Could not write the catalog of ${flow} in ${store.url}: others wrote it first, ${mostAttempts} times. Try again.`,
    { subject: flow, retryable: true },
  )
}

/** `taken`: by someone else. `unknown`: by someone else, or by this very put, if the store asked again after a lost answer. */
async function putVersion(store: ObjectStore, flow: string, catalog: Catalog): Promise<'written' | 'taken' | 'unknown'> {
  const writer = randomBytes(9).toString('base64url')
  const key = catalogKey(flow, catalog.sequence)
  if (await store.put(key, await encodeCatalog(flow, catalog, writer), { mode: 'create' })) return 'written'
  const body = await store.get(key)
  if (!body) return 'unknown'
  return (await parseCatalog(body, key, { flow, sequence: catalog.sequence }))?.writer === writer ? 'written' : 'taken'
}

async function isSafe(store: ObjectStore, flow: string, limit: number): Promise<boolean> {
  return ((await listSequences(store, flow))[0] ?? 0) < limit
}

/** What stays behind is deleted by a later writer. */
async function deleteOld(store: ObjectStore, flow: string, sequences: readonly number[]): Promise<void> {
  if (sequences.length >= lot) await store.delete(sequences.map((sequence) => catalogKey(flow, sequence))).catch(() => {})
}

async function readVersions(store: ObjectStore, flow: string, options: { readonly signal?: AbortSignal } = {}): Promise<Versions> {
  for (let read = 0; read < mostReads; read += 1) {
    const sequences = await listSequences(store, flow, options)
    const head = sequences[0] ?? 0
    const catalog = await readFirst(store, flow, sequences)
    if (catalog) return { catalog, head, sequences }
  }
  throw new MillraceError(
    'store-failed',
    `Could not read the catalog of ${flow} in ${store.url}: it was written faster than it could be read, ${mostReads} times. Try again.`,
    { subject: flow, retryable: true },
  )
}

/** The first version that can be read, which after a power cut may not be the newest; `undefined` where the newest has been deleted since it was listed. */
async function readFirst(store: ObjectStore, flow: string, sequences: readonly number[]): Promise<Catalog | undefined> {
  for (const sequence of sequences) {
    const key = catalogKey(flow, sequence)
    const body = await store.get(key)
    if (!body) return undefined
    const catalog = await parseCatalog(body, key, { flow, sequence })
    if (catalog) return catalog
  }
  return emptyCatalog
}

async function listSequences(
  store: ObjectStore,
  flow: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly number[]> {
  const sequences: number[] = []
  for await (const { key } of store.list(catalogPrefix(flow), { delimiter: '/', ...options })) {
    const sequence = parseCatalogKey(key)
    if (sequence !== undefined) sequences.push(sequence)
  }
  return sequences.sort((left, right) => right - left)
}
