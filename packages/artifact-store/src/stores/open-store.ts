import { fileURLToPath } from 'node:url'
import { MillraceError, type ObjectStore } from '@millrace/core-graph'
import { createLocalStore, type LocalStoreOptions } from './local-store.ts'
import { createMemoryStore } from './memory-store.ts'

/**
 * The store that `root` names: a folder (a path or a `file://` URL), or `memory:NAME`, which is the same store again within a thread.
 *
 * @throws RangeError for an empty root, or a URL of another kind.
 * @throws MillraceError `store-failed` for `s3://`, which this version cannot open.
 */
export function openStore(root: string, options: LocalStoreOptions = {}): ObjectStore {
  if (root === '') throw new RangeError('Could not open a datastore: its root is empty. Give a folder, such as .millrace.')
  if (root.startsWith('memory:')) return createMemoryStore(root.slice('memory:'.length))
  if (root.startsWith('file:')) return createLocalStore(fileURLToPath(root), options)
  if (root.startsWith('s3:'))
    throw new MillraceError(
      'store-failed',
      `Could not open the datastore ${root}: this version has no S3 datastore. Give a folder instead, such as .millrace.`,
      {
        subject: root,
      },
    )
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(root))
    throw new RangeError(`Could not open the datastore ${root}: it is no folder, no file:// URL and no memory:NAME.`)
  return createLocalStore(root, options)
}
