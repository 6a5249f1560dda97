/** Node's timers count milliseconds in 31 bits, about 24.8 days, and fire at once for anything longer. */
export const longestTimerMs: number = 2 ** 31 - 1
