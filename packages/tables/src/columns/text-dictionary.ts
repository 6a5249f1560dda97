import { isAscii } from 'node:buffer'
import { type ByteSlices, packSlices } from '../encodings/byte-slices.ts'

/** How the bytes of a value become what a caller sees. */
export type TextKind = 'string' | 'uuid' | 'bytes'

/**
 * The values that the codes of a column point to. Values become strings when they are asked for, each once; batches of one row group share them.
 */
export class TextDictionary {
  readonly #slices: ByteSlices
  readonly #kind: TextKind
  readonly #known: (string | Uint8Array)[] = []
  #text: string | false | undefined

  constructor(slices: ByteSlices, kind: TextKind) {
    this.#slices = slices
    this.#kind = kind
  }

  /** How many entries there are. Entries need not be distinct, nor need each be pointed to. */
  get size(): number {
    return this.#slices.starts.length
  }

  /** The value of a code: a string, or for columns of `bytes` a `Uint8Array` that shares memory. @throws RangeError for no code. */
  get(code: number): string | Uint8Array {
    const known = this.#known[code]
    if (known !== undefined) return known
    const value = this.#decode(code)
    this.#known[code] = value
    return value
  }

  /** The bytes of a code, which share memory. @throws RangeError for no code. */
  bytes(code: number): Uint8Array {
    const start = this.#slices.starts[code]
    if (start === undefined) throw new RangeError(`There is no code ${code}: the dictionary has ${this.size} entries.`)
    const { bytes, ends } = this.#slices
    // Pages may be Buffers, whose subarray would be one too.
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, (ends[code] ?? start) - start)
  }

  /**
   * All entries one after another: the i-th is `bytes` from `offsets[i]` to `offsets[i + 1]`, as Arrow has them. UUIDs are their texts. Shares memory where
   * entries lie so already.
   */
  pack(): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
    if (this.#kind !== 'uuid') return packSlices(this.#slices)
    const texts = Array.from({ length: this.size }, (_, code) => this.get(code))
    return { bytes: Buffer.from(texts.join('')), offsets: Uint32Array.from({ length: this.size + 1 }, (_, code) => 36 * code) }
  }

  #decode(code: number): string | Uint8Array {
    const bytes = this.bytes(code)
    if (this.#kind === 'bytes') return bytes
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (this.#kind === 'uuid') return buffer.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    const text = this.#wholeText()
    if (text === false) return buffer.toString('utf8')
    return text.slice(this.#slices.starts[code], this.#slices.ends[code])
  }

  /** One string for all, where every byte is a letter of its own: parts of it cost a tenth of decoding each. */
  #wholeText(): string | false {
    if (this.#text !== undefined) return this.#text
    const { bytes } = this.#slices
    // V8 has no longer strings.
    const fits = bytes.length < 2 ** 29 - 24
    const text = fits && isAscii(bytes) && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
    this.#text = text
    return text
  }
}
