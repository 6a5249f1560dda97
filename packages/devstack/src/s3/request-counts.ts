import type { OperationName } from './operation-name.ts'

/** How many requests came, by operation: also those that were refused or met a fault. */
export class RequestCounts {
  #counts: Partial<Record<OperationName, number>> = {}

  /** By operation; one that was never asked for is absent. */
  get counts(): Readonly<Partial<Record<OperationName, number>>> {
    return { ...this.#counts }
  }

  /** All operations together. */
  get total(): number {
    return Object.values(this.#counts).reduce((sum, count) => sum + count, 0)
  }

  /** Counts a request. */
  add(operation: OperationName): void {
    this.#counts[operation] = (this.#counts[operation] ?? 0) + 1
  }

  /** Starts from nothing again. */
  reset(): void {
    this.#counts = {}
  }
}
