import type { ByteSlices } from './byte-slices.ts'
import type { EncodedBytes } from './encoded-bytes.ts'
import { MalformedData } from './malformed-data.ts'

/** PLAIN values of variable length: each has its length before it. The bytes are not copied. @throws MalformedData where they end early. */
export function sliceLengthPrefixed({ bytes, start, end }: EncodedBytes, count: number): ByteSlices {
  if (count * 4 > end - start) throw new MalformedData('texts are cut')
  const starts = new Uint32Array(count)
  const ends = new Uint32Array(count)
  let position = start
  for (let index = 0; index < count; index += 1) {
    if (position + 4 > end) throw new MalformedData('a text is cut')
    const length =
      ((bytes[position] as number) |
        ((bytes[position + 1] as number) << 8) |
        ((bytes[position + 2] as number) << 16) |
        ((bytes[position + 3] as number) << 24)) >>>
      0
    position += 4
    starts[index] = position
    position += length
    if (position > end) throw new MalformedData('a text is longer than its page')
    ends[index] = position
  }
  return { bytes, starts, ends }
}

/** PLAIN values of one length, one after another. */
export function sliceFixed(
  { bytes, start, end }: EncodedBytes,
  { count, width }: { readonly count: number; readonly width: number },
): ByteSlices {
  if (start + count * width > end) throw new MalformedData('values are cut')
  const starts = new Uint32Array(count)
  const ends = new Uint32Array(count)
  for (let index = 0; index < count; index += 1) {
    starts[index] = start + index * width
    ends[index] = start + (index + 1) * width
  }
  return { bytes, starts, ends }
}
