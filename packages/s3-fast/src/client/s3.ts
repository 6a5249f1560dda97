import type { ClientContext } from '../call/client-context.ts'
import { type ListedObject, type ListedPrefix, type ListOptions, listLevel, listTree } from '../read/list-entries.ts'
import { MemoryBudget } from '../read/memory-budget.ts'
import type { MissingObject, ObjectInfo } from '../read/object-info.ts'
import { readFiles } from '../read/read-files.ts'
import { type InfoManyOptions, readInfo, readInfos } from '../read/read-infos.ts'
import { type ReadManyOptions, readMany, readStream } from '../read/read-many.ts'
import { type BytesOptions, type GetOptions, type ObjectRequest, type ReadOptions, readBytes, readObject } from '../read/read-objects.ts'
import type { S3Object } from '../read/s3-object.ts'
import { abortUploads } from '../write/abort-uploads.ts'
import type { S3Value } from '../write/body-value.ts'
import { type CopyOptions, copyWithin } from '../write/copy-object.ts'
import { deleteKeys } from '../write/delete-keys.ts'
import { writeFile } from '../write/write-file.ts'
import { writeMany } from '../write/write-many.ts'
import type { PutOptions, PutResult, WriteOptions } from '../write/write-options.ts'
import { writeValue } from '../write/write-value.ts'
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
    return readFiles(this.#context, entries, options)
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
  info(key: string, options: { readonly signal?: AbortSignal } = {}): Promise<ObjectInfo> {
    return readInfo(this.#context, key, options)
  }

  /** What is known of many objects, in the order of the keys. */
  infoMany(keys: Iterable<string>, options?: InfoManyOptions & { readonly missing?: 'throw' }): Promise<ObjectInfo[]>
  infoMany(keys: Iterable<string>, options: InfoManyOptions): Promise<(ObjectInfo | MissingObject)[]>
  infoMany(keys: Iterable<string>, options: InfoManyOptions = {}): Promise<(ObjectInfo | MissingObject)[]> {
    return readInfos(this.#context, keys, options)
  }

  /** Writes an object, which appears in one moment: one request up to 32 MiB, above that parallel parts. With `overwrite: false` only where there is none. */
  put(key: string, value: S3Value, options: PutOptions = {}): Promise<PutResult> {
    return writeValue(this.#context, { key, value }, options)
  }

  /** Writes many objects, several at once. The results are in the order of the entries; the first failure ends the others. */
  putMany(
    entries: Iterable<readonly [key: string, value: S3Value, options?: PutOptions]>,
    options: WriteOptions = {},
  ): Promise<PutResult[]> {
    return writeMany(this.#context, entries, { options, write: ([key, value], own) => this.put(key, value, own) })
  }

  /** Writes the contents of many files, several at once. A file that is written to meanwhile is an error, not a mixture. */
  putFiles(
    entries: Iterable<readonly [key: string, path: string, options?: PutOptions]>,
    options: WriteOptions = {},
  ): Promise<PutResult[]> {
    return writeMany(this.#context, entries, { options, write: ([key, path], own) => writeFile(this.#context, { key, path }, own) })
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
  abortUploads(prefix: string, options: { readonly olderThan: Date; readonly signal?: AbortSignal }): Promise<number> {
    return abortUploads(this.#context, prefix, options)
  }

  /** Ends every request under way, closes the connections, removes the temporary files. */
  close(): Promise<void> {
    return this.#close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}
