import pLimit, { type LimitFunction } from 'p-limit'
import { ThroughputPilot } from '../operations/throughput-pilot.ts'

/**
 * Lets so many parts of large transfers run at once as measured throughput says is best: one for all downloads of a client, one for all its uploads.
 *
 * Work that waits is served in the order in which it came.
 */
export class PartLanes {
  readonly #pilot: ThroughputPilot
  readonly #limit: LimitFunction
  readonly #nowMs: () => number

  constructor({
    start,
    most,
    nowMs = performance.now.bind(performance),
  }: { readonly start: number; readonly most: number; readonly nowMs?: () => number }) {
    this.#pilot = new ThroughputPilot({ start, most })
    this.#limit = pLimit(this.#pilot.target)
    this.#nowMs = nowMs
  }

  /** How many parts run at most at this moment. */
  get width(): number {
    return this.#limit.concurrency
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#limit(work)
  }

  /** Tells of bytes that moved. */
  moved(sizeBytes: number): void {
    const { activeCount, concurrency } = this.#limit
    const target = this.#pilot.add(sizeBytes, { nowMs: this.#nowMs(), running: activeCount })
    if (target !== concurrency) this.#limit.concurrency = target
  }
}
