const sizeBytes = 1_048_576
const mostKept = 16
const kept: Buffer[] = []

/** A buffer of 1 MiB, whose content is whatever it was. */
export function takeBuffer(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(sizeBytes)
}

/** Gives a buffer back that nothing uses any more. */
export function giveBuffer(buffer: Buffer): void {
  if (kept.length < mostKept) kept.push(buffer)
}
