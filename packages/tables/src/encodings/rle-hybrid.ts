import type { EncodedBytes } from './encoded-bytes.ts'
import { MalformedData } from './malformed-data.ts'
import { unpackBits } from './unpack-bits.ts'
import { VarintReader } from './varint.ts'

/** Where decoded numbers go: the first `count` of `out`, each of `bitWidth` bits, 0 to 32. */
export interface HybridTarget {
  readonly out: Int32Array | Uint8Array
  readonly count: number
  readonly bitWidth: number
}

/**
 * Decodes Parquet's mixture of runs and packed groups, which levels, dictionary indices and booleans are in.
 *
 * @returns the value when a single run covers everything, else `undefined`
 * @throws MalformedData where the bytes end early
 */
export function decodeRleHybrid({ bytes, start, end }: EncodedBytes, { out, count, bitWidth }: HybridTarget): number | undefined {
  if (bitWidth > 32) throw new MalformedData(`a run has numbers of ${bitWidth} bits`)
  const reader = new VarintReader(bytes, { start, end })
  const valueBytes = (bitWidth + 7) >> 3
  let done = 0
  while (done < count) {
    const header = reader.uint32()
    if (header & 1) {
      const packed = (header >>> 1) * 8
      if (packed === 0) throw new MalformedData('a packed group is empty')
      const taken = Math.min(packed, count - done)
      if (reader.position + Math.ceil((taken * bitWidth) / 8) > end) throw new MalformedData('a packed group is cut')
      if (bitWidth > 0) unpackBits({ bytes, start: reader.position, end }, { out, at: done, count: taken, bitWidth })
      else out.fill(0, done, done + taken)
      reader.position += (packed * bitWidth) / 8
      done += taken
    } else {
      const run = header >>> 1
      if (run === 0) throw new MalformedData('a run is empty')
      let value = 0
      for (let index = 0; index < valueBytes; index += 1) value += reader.byte() * 2 ** (8 * index)
      out.fill(value, done, Math.min(count, done + run))
      if (done === 0 && run >= count) return value
      done += run
    }
  }
  return undefined
}
