const maxBatch = 1_024

/** How many items the next piece of work holds: fewer towards the end, so that no thread is left with much when the others are done. */
export const nextBatchSize = (left: number, threads: number): number => Math.max(1, Math.min(maxBatch, Math.floor(left / (threads * 8))))
