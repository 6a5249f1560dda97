import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '@millrace/core-graph'
import { longestTimerMs } from './longest-timer.ts'

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    try {
      await wait(Math.min(ms, longestTimerMs), undefined, signal ? { signal } : {})
    } catch {
      throw signal?.reason
    }
  },
}
