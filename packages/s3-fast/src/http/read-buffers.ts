/** One read takes up to this many bytes: for large bodies its size decides (64 KiB a read cost more than twice the CPU time). */
const readBufferBytes: number = 1024 * 1024

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
  return spare.pop() ?? Buffer.allocUnsafeSlow(readBufferBytes)
}

/** The buffer may be used by others from now on. */
export function releaseGatherBuffer(buffer: Buffer): void {
  if (spare.length < maxSpareCount) spare.push(buffer)
}
