import type { Pieces } from '../http/pieces.ts'

/** Pieces below this are put together: a million views of a few bytes would take more memory than the bytes. */
const smallBytes = 65_536
const gatherBytes = 1_048_576

/** Collects pieces in order: large ones as they are, small ones copied together. */
export class PieceList {
  #pieces: Uint8Array[] = []
  #gathered: Buffer | undefined
  #used = 0
  sizeBytes = 0

  add(piece: Uint8Array): void {
    this.sizeBytes += piece.byteLength
    if (piece.byteLength >= smallBytes) {
      this.#flush()
      this.#pieces.push(piece)
      return
    }
    if (this.#gathered && this.#used + piece.byteLength > this.#gathered.byteLength) this.#flush()
    this.#gathered ??= Buffer.allocUnsafeSlow(gatherBytes)
    this.#gathered.set(piece, this.#used)
    this.#used += piece.byteLength
  }

  /** Gives what was collected, and begins anew. */
  take(): Pieces {
    this.#flush()
    const pieces = this.#pieces
    this.#pieces = []
    this.sizeBytes = 0
    return pieces
  }

  #flush(): void {
    if (this.#gathered && this.#used > 0) this.#pieces.push(this.#gathered.subarray(0, this.#used))
    // What is left of a large rest is used for the next small pieces.
    this.#gathered =
      this.#gathered && this.#gathered.byteLength - this.#used >= smallBytes ? this.#gathered.subarray(this.#used) : undefined
    this.#used = 0
  }
}
