import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '@millrace/core-graph'

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal ? { signal } : {})
    } catch {
      throw signal?.reason
    }
  },
}
