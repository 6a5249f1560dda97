/** Lets so many through a second, and a second's worth at once. */
export class TokenBucket {
  readonly #perSecond: number
  #tokens: number
  #at: number

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#tokens = perSecond
    this.#at = nowMs
  }

  /** Takes a token; `false` where there is none. */
  take(nowMs: number): boolean {
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (Math.max(0, nowMs - this.#at) * this.#perSecond) / 1_000)
    this.#at = nowMs
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
