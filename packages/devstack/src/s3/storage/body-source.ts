import { closeSync, openSync, read, readSync } from 'node:fs'
import type { ByteRange } from '../object/range.ts'

/** A piece of a file whose first bytes are an object's. */
export interface Segment {
  readonly path: string
  readonly sizeBytes: number
}

/** The bytes of an object from one place to another, read in order. */
export interface BodySource {
  readonly sizeBytes: number
  /** Fills `buffer` as far as there are bytes; gives how many, 0 at the end. */
  read(buffer: Buffer): Promise<number>
  /** All that is left, at once: for small ones. */
  readAllSync(): Buffer
  /** Must be called, also when not all was read. */
  close(): void
}

/** Opens the part `range` of segments that lie one behind the other. The first file is open when this returns, the others when they are reached. */
export function openSegments(segments: readonly Segment[], range: ByteRange, onClose: () => void): BodySource {
  return new SegmentSource(segments, range, onClose)
}

interface Piece {
  readonly path: string
  readonly start: number
  readonly end: number
}

class SegmentSource implements BodySource {
  readonly sizeBytes: number
  readonly #pieces: readonly Piece[]
  readonly #onClose: () => void
  #index = 0
  #at = 0
  #descriptor: number | undefined
  #reading = false
  #closed = false

  constructor(segments: readonly Segment[], { start, end }: ByteRange, onClose: () => void) {
    this.sizeBytes = end - start
    this.#onClose = onClose
    const pieces: Piece[] = []
    let offset = 0
    for (const { path, sizeBytes } of segments) {
      const from = Math.max(0, start - offset)
      const to = Math.min(sizeBytes, end - offset)
      if (from < to) pieces.push({ path, start: from, end: to })
      offset += sizeBytes
    }
    this.#pieces = pieces
    this.#at = pieces[0]?.start ?? 0
    if (pieces[0]) this.#descriptor = openSync(pieces[0].path, 'r')
  }

  async read(buffer: Buffer): Promise<number> {
    let filled = 0
    while (filled < buffer.length) {
      const piece = this.#piece()
      if (!piece) break
      const wanted = Math.min(buffer.length - filled, piece.end - this.#at)
      filled += this.#took(piece, await this.#readAsync(piece, buffer.subarray(filled, filled + wanted)))
    }
    return filled
  }

  readAllSync(): Buffer {
    const parts: Buffer[] = []
    for (let piece = this.#piece(); piece; piece = this.#piece()) {
      const buffer = Buffer.allocUnsafe(piece.end - this.#at)
      parts.push(buffer.subarray(0, this.#took(piece, readSync(this.#open(piece), buffer, 0, buffer.length, this.#at))))
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (!this.#reading) this.#closeFile()
    this.#onClose()
  }

  #piece(): Piece | undefined {
    return this.#closed ? undefined : this.#pieces[this.#index]
  }

  #open(piece: Piece): number {
    this.#descriptor ??= openSync(piece.path, 'r')
    return this.#descriptor
  }

  async #readAsync(piece: Piece, buffer: Buffer): Promise<number> {
    const descriptor = this.#open(piece)
    this.#reading = true
    try {
      return await new Promise((resolve, reject) => {
        read(descriptor, buffer, 0, buffer.length, this.#at, (error, count) => (error ? reject(error) : resolve(count)))
      })
    } finally {
      this.#reading = false
      // Closed meanwhile: the file was kept open for the read, so that its number was not another's.
      if (this.#closed) this.#closeFile()
    }
  }

  #took(piece: Piece, count: number): number {
    if (count === 0) throw new Error(`${piece.path} is shorter than its record says.`)
    this.#at += count
    if (this.#at >= piece.end) {
      if (!this.#closed) this.#closeFile()
      this.#index += 1
      this.#at = this.#pieces[this.#index]?.start ?? 0
    }
    return count
  }

  #closeFile(): void {
    if (this.#descriptor === undefined) return
    closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}
