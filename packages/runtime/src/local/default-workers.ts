import { availableParallelism } from 'node:os'

/** Tasks at a time on this machine: the number of cores, at most 16. */
export const defaultWorkers = (): number => Math.min(16, availableParallelism())
