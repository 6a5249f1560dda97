import type { ByteSource, ReadOptions, SourceFile } from '../bytes/byte-source.ts'
import { corruptFooter, type Footer, parseFooter } from './footer.ts'

/** How much of a file's end is read before it is known how long its footer is. */
const firstGuessBytes = 16_384

/**
 * Reads footers, each once: one request where the footer is about as long as those before it, two otherwise. Footers stay in memory as long as the
 * reader lives; that is about 1 kB for each column and row group.
 */
export class FooterReader {
  readonly #source: ByteSource
  readonly #footers = new Map<string, Promise<Footer>>()
  #guessBytes = firstGuessBytes

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** @throws TablesError `corrupt-file`, `unsupported`, and as `ByteSource.read`. */
  read(file: SourceFile, options: ReadOptions): Promise<Footer> {
    const known = this.#footers.get(file.url)
    if (known !== undefined) return known
    const reading = this.#read(file, options)
    this.#footers.set(file.url, reading)
    // A failure may have been an abort, or may pass: the next call tries again.
    reading.catch(() => this.#footers.delete(file.url))
    return reading
  }

  async #read(file: SourceFile, options: ReadOptions): Promise<Footer> {
    const { url, sizeBytes } = file
    if (sizeBytes < 12) throw corruptFooter(url, new RangeError(`it has ${sizeBytes} bytes, too few for Parquet`))
    const length = Math.min(sizeBytes, this.#guessBytes)
    let tail = await this.#source.read(file, { offset: sizeBytes - length, length }, options)
    const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength)
    if (view.getUint32(length - 4, true) !== 0x31524150) throw corruptFooter(url, new RangeError('it does not end in PAR1'))
    const needed = view.getUint32(length - 8, true) + 8
    if (needed + 4 > sizeBytes)
      throw corruptFooter(url, new RangeError(`its footer is said to have ${needed} bytes and the file has ${sizeBytes}`))
    if (needed > length) {
      const rest = await this.#source.read(file, { offset: sizeBytes - needed, length: needed - length }, options)
      tail = Buffer.concat([rest, tail])
    }
    // Files of a table are alike: a little more than the longest so far is enough for the next.
    this.#guessBytes = Math.max(this.#guessBytes, Math.min(2 ** 24, Math.ceil((needed * 9) / 8)))
    return parseFooter(tail, { url, sizeBytes })
  }
}
