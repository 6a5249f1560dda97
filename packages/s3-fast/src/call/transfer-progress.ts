/** How far a transfer is. */
export interface TransferProgress {
  readonly transferredBytes: number
  /** Unknown for a stream. */
  readonly totalBytes: number | undefined
}

/** Called as bytes move, at most about a hundred times a transfer of known size. What it throws ends the transfer. */
export type OnProgress = (progress: TransferProgress) => void

/** Adds up pieces and calls at each hundredth, and at the end. `undefined` where nobody listens. */
export function progressOf(
  onProgress: OnProgress | undefined,
  totalBytes?: number,
): ((sizeBytes: number, totalBytes?: number) => void) | undefined {
  if (!onProgress) return undefined
  let transferredBytes = 0
  let nextAt = 0
  return (sizeBytes, total = totalBytes) => {
    transferredBytes += sizeBytes
    if (transferredBytes < nextAt && transferredBytes !== total) return
    nextAt = transferredBytes + (total ?? 0) / 100
    onProgress({ transferredBytes, totalBytes: total })
  }
}
