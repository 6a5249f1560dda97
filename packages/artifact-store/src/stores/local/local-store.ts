import { rmdirSync, unlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ObjectStore } from '@millrace/core-graph'
import { windowed } from '../../windowed.ts'
import { checkKey, checkPrefix } from '../check-key.ts'
import { writeAtomically } from './atomic-write.ts'
import { listFolder } from './list-folder.ts'
import { readFileRange } from './read-file.ts'
import { storeFailure } from './store-failure.ts'
import { sweepTemporaries } from './sweep-temporaries.ts'

/** How a local store writes. */
export interface LocalStoreOptions {
  /**
   * Whether a put waits until the disk has the bytes, about 2 ms each. Without it a power cut can cost the last seconds.
   * Default: whether the environment variable `MILLRACE_DURABLE` is `1`.
   */
  readonly durable?: boolean
}

/** Large bodies in flight at once; small ones never wait. */
const window = 4

/**
 * A store in the folder `root`, which is made with the first put: each object is a file, each `/` of a key a folder.
 *
 * A process killed during a put leaves at most a temporary file, which is never listed or read.
 * A key that is a front part of another (`a` and `a/b`) cannot be stored beside it: `store-failed`.
 */
export function createLocalStore(root: string, options: LocalStoreOptions = {}): ObjectStore {
  const folder = resolve(root)
  const durable = options.durable ?? process.env.MILLRACE_DURABLE === '1'
  const pathOf = (key: string): string => `${folder}/${key}`

  const store: ObjectStore = {
    url: pathToFileURL(folder).href,
    async put(key, body, { mode = 'overwrite', signal } = {}) {
      checkKey(key)
      signal?.throwIfAborted()
      try {
        return await writeAtomically(pathOf(key), body, { create: mode === 'create', durable, signal })
      } catch (error) {
        pruneAbove(key)
        throw storeFailure(error, { action: 'store', key, folder })
      }
    },
    async get(key, getOptions = {}) {
      checkKey(key)
      getOptions.signal?.throwIfAborted()
      try {
        return await readFileRange(pathOf(key), getOptions)
      } catch (error) {
        throw storeFailure(error, { action: 'read', key, folder })
      }
    },
    async *getMany(keys, { signal } = {}) {
      keys.forEach(checkKey)
      yield* windowed(
        new Set(keys),
        window,
        async (key): Promise<[string, Uint8Array | undefined]> => [key, await store.get(key, signal && { signal })],
      )
    },
    async putMany(entries, putOptions = {}) {
      const failed: unknown[] = []
      const put = ([key, body]: readonly [string, Uint8Array]): Promise<unknown> =>
        store.put(key, body, putOptions).catch((error: unknown) => failed.push(error))
      for await (const _ of windowed(entries, window, put));
      if (failed.length === 1) throw failed[0]
      if (failed.length > 1) throw new AggregateError(failed, `Could not store ${failed.length} objects in the datastore ${folder}.`)
    },
    async *list(prefix, { delimiter, startAfter = '', signal } = {}) {
      checkPrefix(prefix)
      try {
        yield* listFolder(folder, { front: prefix && `${prefix}/`, shallow: delimiter !== undefined, startAfter, signal })
      } catch (error) {
        throw storeFailure(error, { action: 'list', key: prefix, folder })
      }
    },
    async delete(keys) {
      keys.forEach(checkKey)
      for (const key of keys) {
        try {
          unlinkSync(pathOf(key))
        } catch (error) {
          if (!isAbsent(error)) throw storeFailure(error, { action: 'delete', key, folder })
        }
        pruneAbove(key)
      }
    },
    async sweep(prefix, { before, signal }) {
      checkPrefix(prefix)
      try {
        return await sweepTemporaries(join(folder, prefix), { before, signal })
      } catch (error) {
        throw storeFailure(error, { action: 'list', key: prefix, folder })
      }
    },
  }
  return store

  /** Removes the folders of a key that have become empty; the system refuses those that are not. */
  function pruneAbove(key: string): void {
    try {
      for (let path = dirname(key); path !== '.'; path = dirname(path)) rmdirSync(pathOf(path))
    } catch {
      // The first folder that is in use, or may not be removed, ends the walk.
    }
  }
}

/** Unlinking a folder says EISDIR on Linux and EPERM elsewhere: there is no object of that name either way. */
function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR'
}
