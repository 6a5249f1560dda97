import { performance } from 'node:perf_hooks'

/** How long this thread's event loop has waited for something to do, in milliseconds since it began. */
export function loopIdleMs(): number {
  return performance.eventLoopUtilization().idle
}
