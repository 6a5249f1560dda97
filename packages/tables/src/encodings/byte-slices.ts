import { MalformedData } from './malformed-data.ts'

/** Values of variable length: the i-th is `bytes` from `starts[i]` to `ends[i]`. */
export interface ByteSlices {
  readonly bytes: Uint8Array
  readonly starts: Uint32Array
  readonly ends: Uint32Array
}

/** All values one after another. @throws MalformedData above 4 GiB. */
export function joinSlices(parts: readonly ByteSlices[]): ByteSlices {
  const [only] = parts
  if (parts.length === 1 && only) return only
  let size = 0
  let count = 0
  for (const part of parts) {
    size += part.bytes.length
    count += part.starts.length
  }
  if (size > 0xffffffff) throw new MalformedData('the texts of a column chunk take more than 4 GiB')
  const joined: ByteSlices = { bytes: new Uint8Array(size), starts: new Uint32Array(count), ends: new Uint32Array(count) }
  let byte = 0
  let index = 0
  for (const { bytes, starts, ends } of parts) {
    joined.bytes.set(bytes, byte)
    for (let each = 0; each < starts.length; each += 1) {
      joined.starts[index] = (starts[each] as number) + byte
      joined.ends[index] = (ends[each] as number) + byte
      index += 1
    }
    byte += bytes.length
  }
  return joined
}

/** The values without anything between them. Shares memory where there is nothing. @throws MalformedData above 4 GiB. */
export function packSlices({ bytes, starts, ends }: ByteSlices): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
  const count = starts.length
  const offsets = new Uint32Array(count + 1)
  let isPacked = true
  let size = 0
  for (let index = 0; index < count; index += 1) {
    isPacked &&= index === 0 || starts[index] === ends[index - 1]
    size += (ends[index] as number) - (starts[index] as number)
    if (size > 0xffffffff) throw new MalformedData('the texts take more than 4 GiB')
    offsets[index + 1] = size
  }
  const first = starts[0] ?? 0
  if (isPacked) return { bytes: bytes.subarray(first, first + size), offsets }
  const packed = new Uint8Array(size)
  for (let index = 0; index < count; index += 1) {
    const from = starts[index] as number
    const to = ends[index] as number
    const at = offsets[index] as number
    // Short texts by hand: a view of each would take longer than its bytes.
    if (to - from > 64) packed.set(bytes.subarray(from, to), at)
    else for (let byte = from; byte < to; byte += 1) packed[at + byte - from] = bytes[byte] as number
  }
  return { bytes: packed, offsets }
}
