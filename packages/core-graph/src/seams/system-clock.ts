import type { Clock } from './clock.ts'

/** Node's timers count milliseconds in 31 bits, about 24.8 days, and fire at once for anything longer. */
export const longestTimerMs: number = 2 ** 31 - 1

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(end, Math.min(ms, longestTimerMs))
      const abort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      function end(): void {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      signal?.addEventListener('abort', abort, { once: true })
    }),
}
