import type { ByteSlices } from './byte-slices.ts'
import { decodeDeltaBinary } from './delta-binary.ts'
import type { EncodedBytes } from './encoded-bytes.ts'
import { MalformedData } from './malformed-data.ts'

/** DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes, which are not copied. @throws MalformedData */
export function decodeDeltaLengths({ bytes, start, end }: EncodedBytes, count: number): ByteSlices {
  const lengths = new Int32Array(count)
  let position = decodeDeltaBinary({ bytes, start, end }, { out: lengths, count, width: 4 })
  const starts = new Uint32Array(count)
  const ends = new Uint32Array(count)
  for (let index = 0; index < count; index += 1) {
    const length = lengths[index] as number
    if (length < 0 || position + length > end) throw new MalformedData('a text is longer than its page')
    starts[index] = position
    position += length
    ends[index] = position
  }
  return { bytes, starts, ends }
}

/** DELTA_BYTE_ARRAY: how much of the value before each begins with, then what is new. @throws MalformedData */
export function decodeDeltaStrings({ bytes, start, end }: EncodedBytes, count: number): ByteSlices {
  const prefixes = new Int32Array(count)
  const next = decodeDeltaBinary({ bytes, start, end }, { out: prefixes, count, width: 4 })
  const suffixes = decodeDeltaLengths({ bytes, start: next, end }, count)
  let size = 0
  for (let index = 0; index < count; index += 1) {
    const length = (suffixes.ends[index] as number) - (suffixes.starts[index] as number)
    size += (prefixes[index] as number) + length
  }
  if (!(size <= 0xffffffff)) throw new MalformedData('the texts of a page take more than 4 GiB')
  // Checked before the room is taken: a prefix that is longer than the value before it is the only way to ask for too much.
  checkPrefixes(prefixes, suffixes)
  const out: ByteSlices = { bytes: new Uint8Array(size), starts: new Uint32Array(count), ends: new Uint32Array(count) }
  let at = 0
  let before = 0
  for (let index = 0; index < count; index += 1) {
    const prefix = prefixes[index] as number
    const from = suffixes.starts[index] as number
    const to = suffixes.ends[index] as number
    out.starts[index] = at
    out.bytes.copyWithin(at, before, before + prefix)
    out.bytes.set(bytes.subarray(from, to), at + prefix)
    before = at
    at += prefix + to - from
    out.ends[index] = at
  }
  return out
}

function checkPrefixes(prefixes: Int32Array, { starts, ends }: ByteSlices): void {
  let length = 0
  for (let index = 0; index < prefixes.length; index += 1) {
    const prefix = prefixes[index] as number
    if (prefix < 0 || prefix > length) throw new MalformedData('a text begins with more than the text before it has')
    length = prefix + (ends[index] as number) - (starts[index] as number)
  }
}
