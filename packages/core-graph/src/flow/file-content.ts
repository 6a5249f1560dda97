const marker = Symbol.for('millrace.file-content')

/** What {@link FileContent} is made from. */
export interface FileContentOptions {
  /** Absolute, for messages. */
  readonly path: string
  /** `utf8`: the bytes are valid UTF-8, and stand for a string. `null`: they stand for themselves. */
  readonly encoding: 'utf8' | null
  /** `undefined` where it is not known before all is read: of a pipe. */
  readonly sizeBytes: number | undefined
  /** Reads it from the start. A piece may be written over when the next is asked for. */
  readonly open: (signal?: AbortSignal) => AsyncIterable<Uint8Array>
}

/**
 * A file's content that nobody has read yet: the value of a file parameter on its way into the datastore, which takes it piece by piece.
 *
 * What is read is what was there when it was made: a file that has changed or vanished since is an error, `invalid-parameter`, at the latest after its last piece.
 */
export class FileContent {
  readonly path: string
  readonly encoding: 'utf8' | null
  readonly sizeBytes: number | undefined
  readonly open: (signal?: AbortSignal) => AsyncIterable<Uint8Array>

  constructor({ path, encoding, sizeBytes, open }: FileContentOptions) {
    this.path = path
    this.encoding = encoding
    this.sizeBytes = sizeBytes
    this.open = open
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether `value` is a file's content; also across two installed copies. */
  static is(value: unknown): value is FileContent {
    return typeof value === 'object' && value !== null && marker in value
  }

  /** All of it in memory, as a step sees it: a string without byte order mark, or an array of its own. */
  async value(): Promise<string | Uint8Array> {
    const bytes = await this.#collect()
    return this.encoding === null ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  }

  async #collect(): Promise<Uint8Array> {
    let bytes = new Uint8Array(this.sizeBytes ?? 64 * 1024)
    let length = 0
    for await (const piece of this.open()) {
      if (length + piece.length > bytes.length) {
        const larger = new Uint8Array(Math.max(bytes.length * 2, length + piece.length))
        larger.set(bytes.subarray(0, length))
        bytes = larger
      }
      bytes.set(piece, length)
      length += piece.length
    }
    return length === bytes.length ? bytes : bytes.slice(0, length)
  }
}
