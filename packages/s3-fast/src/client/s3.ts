import type { ClientContext } from '../call/client-context.ts'
import { runInParallel } from '../call/run-in-parallel.ts'
import { S3Error } from '../errors/s3-error.ts'
import { abortUpload } from '../operations/abort-upload.ts'
import { headObject } from '../operations/head-object.ts'
import { listUploads } from '../operations/list-uploads.ts'
import { type ListedObject, type ListedPrefix, type ListOptions, listLevel, listTree } from '../read/list-entries.ts'
import { MemoryBudget } from '../read/memory-budget.ts'
import { type MissingObject, ObjectInfo } from '../read/object-info.ts'
import { type ReadManyOptions, readMany, readStream } from '../read/read-many.ts'
import {
  type BytesOptions,
  type GetOptions,
  missingObject,
  type ObjectRequest,
  type ReadOptions,
  readBytes,
  readObject,
} from '../read/read-objects.ts'
import type { S3Object } from '../read/s3-object.ts'
import type { S3Value } from '../write/body-value.ts'
import { type CopyOptions, copyWithin } from '../write/copy-object.ts'
import { deleteKeys } from '../write/delete-keys.ts'
import { type PutOptions, type PutResult, type WriteOptions, writeFile, writeValue } from '../write/write-objects.ts'
import { openClient } from './open-client.ts'
import type { S3Options } from './s3-options.ts'

type Many = ReadManyOptions & { readonly missing?: 'throw' }

/**
 * A client of S3, or of a service that speaks as S3 does.
 *
 * Each call fails with a {@link S3Error}, which names bucket and key, or with the signal's reason; a mistake in an argument is a TypeError or a
 * RangeError before any request. What may pass is tried again, for up to three minutes; what cannot succeed fails at once. Bodies are complete and
 * checked when they are given, or not given at all.
 *
 * Close it, or take it by `await using`: then its connections end and its temporary files go.
 */
export class S3 implements AsyncDisposable {
  readonly #context: ClientContext
  readonly #close: () => Promise<void>

  /** Does no I/O. @throws TypeError, RangeError for options that make no sense. */
  constructor(options: S3Options = {}) {
    const { context, close } = openClient(options)
    this.#context = context
    this.#close = close
  }

  /**
   * Reads an object; one request up to 32 MiB, above that in parallel ranges. The body is in memory, or in a temporary file where it is larger than
   * the client's `memoryBytes`.
   */
  get(request: string | ObjectRequest, options: GetOptions = {}): Promise<S3Object> {
    return readObject(this.#context, request, { ...options, destination: new MemoryBudget(this.#context.memoryBytes) })
  }

  /** Reads an object's bytes into memory, whatever their number, and nothing else: the way of least cost. */
  getBytes(request: string | ObjectRequest, options: BytesOptions = {}): Promise<Uint8Array> {
    return readBytes(this.#context, request, options)
  }

  /** Reads an object into a file, which appears, or is replaced, when the body is complete. */
  getFile(request: string | ObjectRequest, path: string, options: GetOptions = {}): Promise<S3Object> {
    return readObject(this.#context, request, { ...options, destination: { path } })
  }

  /**
   * Reads many objects, several at once; the results are in the order of the requests. The bodies of a call take at most `memoryBytes` of memory, the
   * rest goes to temporary files. The first failure ends the others.
   */
  getMany(requests: Iterable<string | ObjectRequest>, options?: Many): Promise<S3Object[]>
  getMany(requests: Iterable<string | ObjectRequest>, options: ReadManyOptions): Promise<(S3Object | MissingObject)[]>
  getMany(requests: Iterable<string | ObjectRequest>, options: ReadManyOptions = {}): Promise<(S3Object | MissingObject)[]> {
    return readMany(this.#context, requests, options)
  }

  /** Reads many objects and yields each when it is there, in no order. Requests may come late and be endless; what nobody took yet is at most `memoryBytes`. */
  getStream(requests: Iterable<string | ObjectRequest> | AsyncIterable<string | ObjectRequest>, options?: Many): AsyncGenerator<S3Object>
  getStream(
    requests: Iterable<string | ObjectRequest> | AsyncIterable<string | ObjectRequest>,
    options: ReadManyOptions,
  ): AsyncGenerator<S3Object | MissingObject>
  getStream(
    requests: Iterable<string | ObjectRequest> | AsyncIterable<string | ObjectRequest>,
    options: ReadManyOptions = {},
  ): AsyncGenerator<S3Object | MissingObject> {
    return readStream(this.#context, requests, options)
  }

  /** Reads many objects into files of given paths, several at once; each file appears, or is replaced, when its body is complete. */
  async getFiles(
    entries: Iterable<readonly [request: string | ObjectRequest, path: string]>,
    options: ReadOptions = {},
  ): Promise<S3Object[]> {
    const results: S3Object[] = []
    await runInParallel(
      entries,
      (signal) =>
        async ([request, path], index) => {
          results[index] = await readObject(this.#context, request, { checksum: options.checksum, destination: { path }, signal })
        },
      { width: this.#context.width, signal: options.signal },
    )
    return results
  }

  /** Reads every object below each prefix: in the order of the prefixes, then of the keys' bytes. */
  async getRecursive(prefixes: string | Iterable<string>, options: Many = {}): Promise<S3Object[]> {
    const keys: string[] = []
    for (const prefix of typeof prefixes === 'string' ? [prefixes] : prefixes)
      for await (const { key } of this.listRecursive(prefix, options)) keys.push(key)
    return await this.getMany(keys, options)
  }

  /** Reads every object below the root. @throws TypeError for a client without one. */
  getAll(options: Many = {}): Promise<S3Object[]> {
    return this.getRecursive('', options)
  }

  /** Lists one level: objects and prefixes right below a prefix. `log` is `log/`, never `log_other`. One request for each 1,000 entries. */
  list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListedObject | ListedPrefix> {
    return listLevel(this.#context, prefix, options)
  }

  /** Lists every object below a prefix, in the order of their keys' bytes. One request for each 1,000. */
  listRecursive(prefix = '', options: ListOptions = {}): AsyncGenerator<ListedObject> {
    return listTree(this.#context, prefix, options)
  }

  /** What is known of an object, without its body: one HEAD. */
  async info(key: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ObjectInfo> {
    const place = this.#context.location.place(key)
    return new ObjectInfo(key, { place, head: await headObject(this.#context.send, { ...place, signal }) })
  }

  /** What is known of many objects, in the order of the keys. */
  infoMany(keys: Iterable<string>, options?: InfoManyOptions & { readonly missing?: 'throw' }): Promise<ObjectInfo[]>
  infoMany(keys: Iterable<string>, options: InfoManyOptions): Promise<(ObjectInfo | MissingObject)[]>
  async infoMany(keys: Iterable<string>, { missing = 'throw', signal }: InfoManyOptions = {}): Promise<(ObjectInfo | MissingObject)[]> {
    const results: (ObjectInfo | MissingObject)[] = []
    await runInParallel(
      keys,
      (workSignal) => async (key, index) => {
        try {
          results[index] = await this.info(key, { signal: workSignal })
        } catch (error) {
          if (missing === 'throw' || !S3Error.is(error, 'not-found')) throw error
          results[index] = missingObject(this.#context, key)
        }
      },
      { width: this.#context.width, signal },
    )
    return results
  }

  /** Writes an object, which appears in one moment: one request up to 32 MiB, above that parallel parts. With `overwrite: false` only where there is none. */
  put(key: string, value: S3Value, options: PutOptions = {}): Promise<PutResult> {
    return writeValue(this.#context, { key, value }, options)
  }

  /** Writes many objects, several at once. The results are in the order of the entries; the first failure ends the others. */
  async putMany(
    entries: Iterable<readonly [key: string, value: S3Value, options?: PutOptions]>,
    options: WriteOptions = {},
  ): Promise<PutResult[]> {
    const results: PutResult[] = []
    await runInParallel(
      entries,
      (signal) =>
        async ([key, value, own], index) => {
          results[index] = await writeValue(this.#context, { key, value }, { ...options, ...own, signal })
        },
      { width: this.#context.width, signal: options.signal },
    )
    return results
  }

  /** Writes the contents of many files, several at once. A file that is written to meanwhile is an error, not a mixture. */
  async putFiles(
    entries: Iterable<readonly [key: string, path: string, options?: PutOptions]>,
    options: WriteOptions = {},
  ): Promise<PutResult[]> {
    const results: PutResult[] = []
    await runInParallel(
      entries,
      (signal) =>
        async ([key, path, own], index) => {
          results[index] = await writeFile(this.#context, { key, path }, { ...options, ...own, signal })
        },
      { width: this.#context.width, signal: options.signal },
    )
    return results
  }

  /** Deletes objects; what is not there counts as deleted. One request for each 1,000. */
  delete(keys: string | readonly string[], options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    return deleteKeys(this.#context, typeof keys === 'string' ? [keys] : keys, options)
  }

  /** Copies an object within S3, of any size; `from` may be a full URL. */
  copy(from: string, to: string, options: CopyOptions = {}): Promise<PutResult> {
    return copyWithin(this.#context, { from, to }, options)
  }

  /** Removes what uploads left behind that were begun below a prefix before `olderThan` and never ended. Gives their number. */
  async abortUploads(prefix: string, { olderThan, signal }: { readonly olderThan: Date; readonly signal?: AbortSignal }): Promise<number> {
    const { send, location, width } = this.#context
    const { bucket, prefix: start } = location.prefix(prefix)
    let count = 0
    await runInParallel(
      listUploads(send, { bucket, prefix: start, signal }),
      (workSignal) => async (upload) => {
        if (upload.initiatedAt >= olderThan) return
        await abortUpload(send, upload, workSignal)
        count += 1
      },
      { width, signal },
    )
    return count
  }

  /** Ends every request under way, closes the connections, removes the temporary files. */
  close(): Promise<void> {
    return this.#close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}

/** How many objects are looked up. */
interface InfoManyOptions {
  /** What becomes of an object that is not there. Default `throw`: the call fails with `not-found`. */
  readonly missing?: 'throw' | 'return'
  readonly signal?: AbortSignal
}
