/** How often jobs are looked at. */
export interface PaceOptions {
  /** The shortest time between two calls. */
  readonly fastestMs: number
}

/** Each look that finds nothing new makes the next one later by this factor. */
const easing = 1.5
/** The longest time is the shortest times this. */
const mostEasing = 10

/**
 * How long to wait before the next call, when `quietRounds` looks at all jobs have found nothing new since anything changed, and a look takes `callsPerRound` calls.
 * Never less than `fastestMs`: 10,000 jobs and one job are both about one call a second, at most.
 */
export function pollDelayMs(quietRounds: number, callsPerRound: number, { fastestMs }: PaceOptions): number {
  const roundMs = fastestMs * Math.min(mostEasing, easing ** quietRounds)
  return Math.max(fastestMs, roundMs / Math.max(1, callsPerRound))
}
