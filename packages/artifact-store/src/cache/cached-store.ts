import type { GetOptions, ObjectStore } from '@millrace/core-graph'
import { parseBlobKey } from '../layout.ts'
import { windowed } from '../windowed.ts'
import type { BlobCache } from './blob-cache.ts'

/** What stands behind a store that reads blobs through a cache. */
interface Behind {
  readonly source: ObjectStore
  readonly cache: BlobCache
}

const behind = new WeakMap<ObjectStore, Behind>()

/** Cache reads at once. */
const parallelReads = 4

/**
 * `source`, with its blobs kept in `cache` when they are got or put whole. All else passes through: only what is named by its content can never be stale.
 *
 * A blob that the cache holds is read without asking `source`; whoever finds that its bytes are wrong asks {@link readFromSource}.
 */
export function createCachedStore(source: ObjectStore, cache: BlobCache): ObjectStore {
  const store: ObjectStore = {
    url: source.url,
    async put(key, body, options) {
      const sha256 = parseBlobKey(key)
      const written = await source.put(key, body, options)
      if (sha256 !== undefined && (body instanceof Uint8Array || Array.isArray(body))) await cache.write(sha256, body)
      return written
    },
    async get(key, options = {}) {
      const sha256 = parseBlobKey(key)
      const known = sha256 === undefined ? undefined : await cache.read(sha256, options)
      if (known) return known
      const body = await source.get(key, options)
      if (body && sha256 !== undefined && options.range === undefined) await cache.write(sha256, body)
      return body
    },
    async *getMany(keys, options) {
      const missing: string[] = []
      const read = async (key: string): Promise<[string, Uint8Array | undefined]> => {
        const sha256 = parseBlobKey(key)
        return [key, sha256 === undefined ? undefined : await cache.read(sha256)]
      }
      for await (const [key, body] of windowed(new Set(keys), parallelReads, read)) {
        if (body) yield [key, body]
        else missing.push(key)
      }
      if (missing.length === 0) return
      for await (const [key, body] of source.getMany(missing, options)) {
        const sha256 = parseBlobKey(key)
        if (body && sha256 !== undefined) await cache.write(sha256, body)
        yield [key, body]
      }
    },
    putMany: (entries, options) => source.putMany(entries, options),
    list: (prefix, options) => source.list(prefix, options),
    sweep: (prefix, options) => source.sweep(prefix, options),
    async delete(keys) {
      await source.delete(keys)
      for (const key of keys) {
        const sha256 = parseBlobKey(key)
        if (sha256 !== undefined) cache.evict(sha256)
      }
    },
  }
  behind.set(store, { source, cache })
  return store
}

/** Keeps a blob that was read in parts and found to be right, where the store has a cache that lacks it. */
export async function keepBlob(store: ObjectStore, key: string, pieces: readonly Uint8Array[]): Promise<void> {
  const sha256 = parseBlobKey(key)
  const { cache } = behind.get(store) ?? {}
  if (cache && sha256 !== undefined && !cache.has(sha256)) await cache.write(sha256, pieces)
}

/** A blob from behind the cache, after the cached bytes were found to be wrong; `undefined` where the store has no cache or the blob is not there. */
export async function readFromSource(store: ObjectStore, key: string, options?: GetOptions): Promise<Uint8Array | undefined> {
  const { source, cache } = behind.get(store) ?? {}
  const sha256 = parseBlobKey(key)
  if (!source || !cache || sha256 === undefined) return undefined
  cache.evict(sha256)
  const body = await source.get(key, options)
  if (body && options?.range === undefined) await cache.write(sha256, body)
  return body
}
