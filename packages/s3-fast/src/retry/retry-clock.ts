/** The time that retries see. */
export interface RetryClock {
  /** Milliseconds since 1970: the machine's clock, which may be wrong and may jump. */
  now(): number
  /** Milliseconds since some instant, never backwards. */
  monotonicMs(): number
  /** @throws the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's time. */
export const systemRetryClock: RetryClock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }, ms)
      const abort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
    }),
}
