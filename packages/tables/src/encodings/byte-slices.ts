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
