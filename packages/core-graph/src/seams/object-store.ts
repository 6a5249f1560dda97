/** What {@link ObjectStore.list} tells about a key. */
export interface ObjectEntry {
  readonly key: string
  /** `prefix`: with `delimiter: '/'`, a common front part of keys, ending in `/`. */
  readonly kind: 'object' | 'prefix'
  /** Absent for a prefix. */
  readonly sizeBytes?: number
  readonly modifiedAt?: Date
}

/** How an object is put. */
export interface PutOptions {
  /** `create` writes only where nothing is yet: of two creators exactly one wins. Default `overwrite`. */
  readonly mode?: 'overwrite' | 'create'
  readonly signal?: AbortSignal
}

/** What of an object is read. */
export interface GetOptions {
  /** Half-open, in bytes; an `end` past the object's is cut to it. */
  readonly range?: readonly [start: number, end: number]
  /** Where the bytes may go if they fit, so that many large gets need one allocation: the result is then a front part of it. A store may ignore it. */
  readonly into?: Uint8Array
  readonly signal?: AbortSignal
}

/**
 * The bytes of an object: in one piece; in several that are all there, and are not copied together; or as they are made, when neither their
 * number is known nor can a store that failed half-way ask for them again.
 */
export type ObjectBody = Uint8Array | readonly Uint8Array[] | AsyncIterable<Uint8Array>

/**
 * Bytes by key: the one thing that stores everything Millrace keeps.
 *
 * An implementer keeps these promises, which the suite in `@millrace/core-graph/testing` proves:
 * - A put is atomic: no reader ever sees a part of an object, and a put that fails or is killed leaves what was there.
 * - A get after a put that has settled returns those bytes, from any process.
 * - `a/b` is a prefix of `a/b/x`, not of `a/bc`.
 * - A key is `/`-separated, non-empty segments; a segment that is `.` or `..`, holds `\`, NUL, a control character or a lone surrogate, or is longer than 255 bytes in UTF-8, is refused with a `TypeError` before any I/O.
 *
 * Failures are `MillraceError` with `disk-full`, `not-writable` or `store-failed`, and name the key.
 */
export interface ObjectStore {
  /** Where it is: `file:///...`, `memory:...`, `s3://bucket/prefix`. */
  readonly url: string
  /** Stores `body` at `key`. Returns `false` with `mode: 'create'` where an object exists, which then stays as it is. */
  put(key: string, body: ObjectBody, options?: PutOptions): Promise<boolean>
  /** The object's bytes, or `undefined` where there is none. The array is the caller's own. */
  get(key: string, options?: GetOptions): Promise<Uint8Array | undefined>
  /** Every key once, in any order, as they arrive; a missing one with `undefined`. */
  getMany(keys: readonly string[], options?: { readonly signal?: AbortSignal }): AsyncIterable<[key: string, body: Uint8Array | undefined]>
  /** Stores all; each is atomic by itself. Rejects if any failed, after all have settled. */
  putMany(entries: Iterable<readonly [key: string, body: Uint8Array]>, options?: PutOptions): Promise<void>
  /**
   * Every object whose key is `prefix` followed by `/`; `''` lists all. In ascending order of the keys' UTF-8 bytes.
   * With `delimiter: '/'` only the next level: its objects, and its prefixes. `startAfter`: only entries whose `key` is after this one.
   */
  list(
    prefix: string,
    options?: { readonly delimiter?: '/'; readonly startAfter?: string; readonly signal?: AbortSignal },
  ): AsyncIterable<ObjectEntry>
  /** Deletes the objects that exist; a missing key is no error. */
  delete(keys: readonly string[]): Promise<void>
  /**
   * Removes what puts below `prefix` that were killed before `before` have left behind, such as temporary files and unfinished uploads, and tells how many there were.
   * Objects are not touched, nor puts that go on.
   */
  sweep(prefix: string, options: { readonly before: Date; readonly signal?: AbortSignal }): Promise<number>
}
