/** How many requests came, by operation: also those that were refused or met a fault. */
export class RequestCounts<Name extends string = string> {
  #counts: Partial<Record<Name, number>> = {}

  /** By operation; one that was never asked for is absent. */
  get counts(): Readonly<Partial<Record<Name, number>>> {
    return { ...this.#counts }
  }

  /** All operations together. */
  get total(): number {
    return Object.values<number | undefined>(this.#counts).reduce<number>((sum, count = 0) => sum + count, 0)
  }

  /** Counts a request. */
  add(operation: Name): void {
    this.#counts[operation] = (this.#counts[operation] ?? 0) + 1
  }

  /** Starts from nothing again. */
  reset(): void {
    this.#counts = {}
  }
}
