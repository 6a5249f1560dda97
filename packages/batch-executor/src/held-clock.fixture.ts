import type { Clock } from './clock.ts'

/** A clock that jumps to the next sleeper's time as soon as nothing else goes on. */
export class HeldClock implements Clock {
  #nowMs = Date.parse('2026-01-01T00:00:00Z')
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = []
  #ticking = false

  now(): Date {
    return new Date(this.#nowMs)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper = { atMs: this.#nowMs + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
        reject(signal.reason)
      })
      void this.#tick()
    })
  }

  async #tick(): Promise<void> {
    if (this.#ticking) return
    this.#ticking = true
    for (;;) {
      // Two turns of the event loop: whatever can go on without time has gone on by then.
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
      const next = this.#sleepers.sort((one, other) => one.atMs - other.atMs).shift()
      if (!next) break
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.wake()
    }
    this.#ticking = false
  }
}
