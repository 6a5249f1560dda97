/** One read takes up to this many bytes: for large bodies the size decides (64 KiB a read cost more than twice the CPU time of 2 MiB). */
const readBufferBytes: number = 2 * 1024 * 1024
/** Where reads are small, this much gathers before a sink sees it. */
const gatherBufferBytes: number = 1024 * 1024

let shared: Buffer | undefined

/** The buffer that all connections of this thread read into: what came is used up before the next read. */
export function sharedReadBuffer(): Buffer {
  shared ??= Buffer.allocUnsafeSlow(readBufferBytes)
  return shared
}

const maxSpareCount = 4
const spare: Buffer[] = []

/** A buffer of a connection's own, in which pieces of a body gather. Give it back with `releaseGatherBuffer`. */
export function takeGatherBuffer(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(gatherBufferBytes)
}

/** The buffer may be used by others from now on. */
export function releaseGatherBuffer(buffer: Buffer): void {
  if (spare.length < maxSpareCount) spare.push(buffer)
}
