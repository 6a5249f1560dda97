/**
 * Bounds what retries add to the load of a service in trouble: a bucket of 500 tokens for all requests of a client. A retry takes one; a success gives two back,
 * and each second ten. So as long as one request of three succeeds nothing is held up; when nothing does, ten retries a second go out however many wait.
 */
export class RetryBudget {
  #tokens = capacity
  #at: number

  /** @param nowMs Of any monotonic clock. */
  constructor(nowMs: number) {
    this.#at = nowMs
  }

  /** Takes a token. Gives how many milliseconds from now it may be used. */
  take(nowMs: number): number {
    this.#tokens = Math.min(capacity, this.#tokens + ((nowMs - this.#at) * tokensASecond) / 1_000)
    this.#at = nowMs
    this.#tokens -= 1
    return this.#tokens >= 0 ? 0 : (-this.#tokens / tokensASecond) * 1_000
  }

  /** A request succeeded. */
  succeed(): void {
    if (this.#tokens < capacity) this.#tokens = Math.min(capacity, this.#tokens + 2)
  }
}

const capacity = 500
const tokensASecond = 10
