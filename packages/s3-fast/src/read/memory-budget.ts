/** How many bytes of bodies may be in memory; what finds no room goes to files. */
export class MemoryBudget {
  #leftBytes: number

  constructor(sizeBytes: number) {
    this.#leftBytes = sizeBytes
  }

  /** Takes the room if it is there. */
  take(sizeBytes: number): boolean {
    if (sizeBytes > this.#leftBytes) return false
    this.#leftBytes -= sizeBytes
    return true
  }

  give(sizeBytes: number): void {
    this.#leftBytes += sizeBytes
  }
}
