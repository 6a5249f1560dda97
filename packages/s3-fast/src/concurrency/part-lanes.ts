import type { LimitFunction } from 'p-limit'
import { loopIdleMs } from './loop-idle-ms.ts'
import { ThroughputPilot } from './throughput-pilot.ts'

/**
 * Lets so many parts of large transfers run at once as measured throughput says is best: one for all downloads of a client, one for all its uploads.
 *
 * Work that waits is served in the order in which it came.
 */
export class PartLanes {
  readonly #pilot: ThroughputPilot
  /** Loaded with the first part: most programs have none. */
  #limit: LimitFunction | undefined
  #loading: Promise<LimitFunction> | undefined
  readonly #nowMs: () => number

  constructor({
    start,
    most,
    nowMs = performance.now.bind(performance),
    idleMs = loopIdleMs,
  }: { readonly start: number; readonly most: number; readonly nowMs?: () => number; readonly idleMs?: () => number }) {
    this.#pilot = new ThroughputPilot({ start, most, idleMs })
    this.#nowMs = nowMs
  }

  /** How many parts run at most at this moment. */
  get width(): number {
    return this.#pilot.target
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#loading ??= this.#load()
    const limit = this.#limit ?? (await this.#loading)
    return await limit(work)
  }

  /** Tells of bytes that moved. */
  moved(sizeBytes: number): void {
    const target = this.#pilot.add(sizeBytes, { nowMs: this.#nowMs(), running: this.#limit?.activeCount ?? 0 })
    if (this.#limit && this.#limit.concurrency !== target) this.#limit.concurrency = target
  }

  async #load(): Promise<LimitFunction> {
    const { default: pLimit } = await import('p-limit')
    this.#limit = pLimit(this.#pilot.target)
    return this.#limit
  }
}
