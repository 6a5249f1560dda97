import { fileURLToPath } from 'node:url'
import { MillraceError, type ObjectStore } from '@millrace/core-graph'
import { BlobCache } from '../cache/blob-cache.ts'
import { readCacheSettings } from '../cache/cache-settings.ts'
import { createCachedStore } from '../cache/cached-store.ts'
import { s3Root } from '../s3/s3-root.ts'
import { createLazyStore } from './lazy-store.ts'
import { createLocalStore, type LocalStoreOptions } from './local/local-store.ts'
import { createMemoryStore } from './memory-store.ts'

/**
 * The store that `root` names: a folder (a path or a `file://` URL), `s3://bucket/prefix`, or `memory:NAME`, which is the same store again within a thread.
 *
 * For S3, what speaks to it is loaded with the first request, and blobs are kept in a folder of this machine, see `readCacheSettings`.
 *
 * @throws RangeError for an empty root, a URL of another kind, or one that names no bucket.
 * @throws MillraceError `invalid-setting` for the settings of the cache; with the first request for those of AWS, such as an AWS_ENDPOINT_URL_S3 that is no URL.
 */
export function openStore(root: string, options: LocalStoreOptions = {}): ObjectStore {
  if (root === '') throw new RangeError('Could not open a datastore: its root is empty. Give a folder, such as .millrace.')
  if (root.startsWith('memory:')) return createMemoryStore(root.slice('memory:'.length))
  if (root.startsWith('file:')) return createLocalStore(fileURLToPath(root), options)
  if (root.startsWith('s3:')) return openBucket(s3Root(root))
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(root))
    throw new RangeError(`Could not open the datastore ${root}: it is no folder, no file:// URL, no s3://bucket and no memory:NAME.`)
  return createLocalStore(root, options)
}

function openBucket(url: string): ObjectStore {
  const cache = readCacheSettings(process.env)
  const store = createLazyStore(url, async () => {
    const { createS3Store } = await import('../s3/s3-store.ts')
    try {
      return createS3Store(url)
    } catch (cause) {
      // Nothing but AWS's own variables and files says how to reach it.
      if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause
      throw new MillraceError('invalid-setting', `Could not open the datastore ${url}: ${cause.message}`, { subject: url, cause })
    }
  })
  return cache ? createCachedStore(store, new BlobCache(cache.folder, cache)) : store
}
