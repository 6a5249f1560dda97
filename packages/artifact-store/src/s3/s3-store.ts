import type { ObjectBody, ObjectEntry, ObjectStore } from '@millrace/core-graph'
import { S3, S3Error, type S3Options } from '@millrace/s3-fast'
import { parseBlobKey } from '../layout.ts'
import { checkKey, checkPrefix } from '../stores/check-key.ts'
import { compareUtf8 } from '../stores/utf8-order.ts'
import { windowed } from '../windowed.ts'
import { asTheyCome } from './as-they-come.ts'
import { s3Failure } from './s3-failure.ts'
import { s3Root } from './s3-root.ts'

/** How S3 is reached. What is not given is found in AWS's own ways: the default credential chain, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`. */
export type S3StoreOptions = Pick<
  S3Options,
  'endpoint' | 'region' | 'credentials' | 'forcePathStyle' | 'ca' | 'maxConnections' | 'deadlineMs'
>

/** A store in a bucket. */
export interface S3Store extends ObjectStore, AsyncDisposable {
  /** Ends what is under way and closes the connections. Idle connections keep no process alive, so a process that ends need not call it. */
  close(): Promise<void>
}

/** Requests on their way at once, of calls that have many: as many as the client has connections. */
const atOnce = 64

/**
 * A store in the bucket and prefix that `root` names, `s3://bucket/prefix`; each object is one object of the bucket. No I/O until the first request.
 *
 * Requests: a put, a get, a key of `getMany` and `putMany` are one each, up to 32 MiB; above that, parallel parts and ranges. No put asks before it writes:
 * `create` is one conditional put. A listing is one for each 1,000 entries, a delete one for each 1,000 keys.
 *
 * Blobs are got without comparing the checksum that S3 keeps: whoever reads one compares its hash.
 *
 * @throws RangeError for a root that names no bucket.
 */
export function createS3Store(root: string, options: S3StoreOptions = {}): S3Store {
  const url = s3Root(root)
  const s3 = new S3({ ...options, root: url })
  const failure = (error: unknown, action: 'store' | 'read' | 'list' | 'delete', key: string): unknown =>
    s3Failure(error, { action, key, url })

  const store: S3Store = {
    url,
    async put(key, body, { mode = 'overwrite', signal } = {}) {
      checkKey(key)
      signal?.throwIfAborted()
      try {
        const { written } = await s3.put(key, body as Exclude<ObjectBody, readonly Uint8Array[]>, {
          overwrite: mode === 'overwrite',
          ...(signal ? { signal } : {}),
        })
        return written
      } catch (error) {
        throw failure(error, 'store', key)
      }
    },
    async get(key, { range, into, signal } = {}) {
      checkKey(key)
      signal?.throwIfAborted()
      const [start = 0, end] = range ?? []
      if (end !== undefined && end <= start) return await emptyPart(key, signal)
      try {
        const asked = end === undefined ? key : { key, range: { offset: start, length: end - start } }
        const bytes = await s3.getBytes(asked, {
          checksum: parseBlobKey(key) === undefined,
          ...(into ? { into } : {}),
          ...(signal ? { signal } : {}),
        })
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
      } catch (error) {
        if (S3Error.is(error, 'not-found')) return undefined
        if (S3Error.is(error, 'range-not-satisfiable')) return new Uint8Array(0)
        throw failure(error, 'read', key)
      }
    },
    async *getMany(keys, { signal } = {}) {
      keys.forEach(checkKey)
      yield* asTheyCome(
        new Set(keys),
        atOnce,
        async (key): Promise<[string, Uint8Array | undefined]> => [key, await store.get(key, signal && { signal })],
      )
    },
    async putMany(entries, putOptions = {}) {
      const failed: unknown[] = []
      const put = ([key, body]: readonly [string, Uint8Array]): Promise<unknown> =>
        store.put(key, body, putOptions).catch((error: unknown) => failed.push(error))
      for await (const _ of windowed(entries, atOnce, put));
      if (failed.length === 1) throw failed[0]
      if (failed.length > 1) throw new AggregateError(failed, `Could not store ${failed.length} objects in the datastore ${url}.`)
    },
    async *list(prefix, { delimiter, startAfter = '', signal } = {}) {
      checkPrefix(prefix)
      const listOptions = { ...(startAfter === '' ? {} : { startAfter }), ...(signal ? { signal } : {}) }
      try {
        for await (const entry of delimiter ? s3.list(prefix, listOptions) : s3.listRecursive(prefix, listOptions)) {
          // S3 gives a prefix again whose objects come after the key, and other programs make objects whose names end in a slash.
          if (entry.kind === 'object' ? entry.key.endsWith('/') : compareUtf8(entry.key, startAfter) <= 0) continue
          const { key, kind } = entry
          const known: ObjectEntry =
            kind === 'prefix' ? { key, kind } : { key, kind, sizeBytes: entry.sizeBytes, modifiedAt: entry.lastModified }
          yield known
        }
      } catch (error) {
        throw failure(error, 'list', prefix)
      }
    },
    async delete(keys) {
      keys.forEach(checkKey)
      try {
        if (keys.length > 0) await s3.delete(keys)
      } catch (error) {
        throw failure(error, 'delete', keys[0] ?? '')
      }
    },
    async sweep(prefix, { before, signal }) {
      checkPrefix(prefix)
      try {
        return await s3.abortUploads(prefix, { olderThan: before, ...(signal ? { signal } : {}) })
      } catch (error) {
        throw failure(error, 'list', prefix)
      }
    },
    close: () => s3.close(),
    [Symbol.asyncDispose]: () => s3.close(),
  }
  return store

  /** No range of HTTP is empty, so whether the object is there is asked. */
  async function emptyPart(key: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    try {
      await s3.info(key, signal ? { signal } : {})
      return new Uint8Array(0)
    } catch (error) {
      if (S3Error.is(error, 'not-found')) return undefined
      throw failure(error, 'read', key)
    }
  }
}
