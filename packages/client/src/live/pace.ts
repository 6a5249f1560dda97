import type { Clock } from '@millrace/core-graph'

const firstMs = 100
const longestMs = 2_000

/** How long to wait between two looks at something that may change: longer and longer while nothing does. */
export class Pace {
  readonly #clock: Clock
  readonly #signal: AbortSignal | undefined
  #nextMs = firstMs

  constructor(clock: Clock, signal?: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
  }

  /** Waits and gives for how many milliseconds; `hasNews`: whether the last look found something. @throws the signal's reason. */
  async wait(hasNews: boolean): Promise<number> {
    const ms = hasNews ? firstMs : this.#nextMs
    this.#nextMs = Math.min(longestMs, ms * 1.5)
    await this.#clock.sleep(ms, this.#signal)
    return ms
  }
}
