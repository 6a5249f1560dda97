import type { Clock } from '../clock.ts'

/** How fast calls may be. */
export interface RateOptions {
  /** The most calls a second, also the most in one burst. */
  readonly fastest: number
  /** What throttling slows down to at most, in calls a second. */
  readonly slowest: number
}

/** AWS allows 50 SubmitJob a second for a whole account and region, and does not publish the others: others want some of it too. */
const defaultRate: RateOptions = { fastest: 20, slowest: 0.5 }

/**
 * One limit for all calls of an executor: a bucket of tokens whose rate halves when AWS throttles and grows back by one call a second with each that it lets through.
 * Callers are served in the order in which they came.
 */
export class RateLimit {
  readonly #clock: Clock
  readonly #options: RateOptions
  #perSecond: number
  #tokens: number
  #filledAt: number
  #queue: Promise<unknown> = Promise.resolve()

  constructor(clock: Clock, options: RateOptions = defaultRate) {
    this.#clock = clock
    this.#options = options
    this.#perSecond = options.fastest
    this.#tokens = options.fastest
    this.#filledAt = clock.now().getTime()
  }

  /** Calls a second that are allowed now. */
  get perSecond(): number {
    return this.#perSecond
  }

  /** Settles when the caller may make one call. @throws the signal's reason. */
  async take(signal?: AbortSignal): Promise<void> {
    const turn = this.#queue.then(async () => {
      for (;;) {
        signal?.throwIfAborted()
        this.#fill()
        if (this.#tokens >= 1) {
          this.#tokens -= 1
          return
        }
        await this.#clock.sleep(Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1_000), signal)
      }
    })
    this.#queue = turn.catch(() => undefined)
    await turn
  }

  /** AWS has turned a call away. */
  throttled(): void {
    this.#perSecond = Math.max(this.#options.slowest, this.#perSecond / 2)
    this.#tokens = Math.min(this.#tokens, 0)
  }

  /** AWS has let a call through. */
  passed(): void {
    this.#perSecond = Math.min(this.#options.fastest, this.#perSecond + 1)
  }

  #fill(): void {
    const now = this.#clock.now().getTime()
    // A clock that was set back must not take tokens away.
    const elapsedMs = Math.max(0, now - this.#filledAt)
    this.#filledAt = now
    this.#tokens = Math.min(this.#options.fastest, this.#tokens + (elapsedMs / 1_000) * this.#perSecond)
  }
}
