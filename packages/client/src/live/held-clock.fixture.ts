import type { Clock } from '@millrace/core-graph'

/** A clock on which time passes only while someone sleeps; before each sleep ends, `meanwhile` may do something. */
export function heldClock(
  start: Date,
  meanwhile: (slept: number) => Promise<void> | void = () => {},
): Clock & { readonly sleptMs: () => number } {
  let now = start.getTime()
  let total = 0
  let count = 0
  return {
    now: () => new Date(now),
    sleptMs: () => total,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      now += ms
      total += ms
      count += 1
      await meanwhile(count)
      signal?.throwIfAborted()
    },
  }
}
