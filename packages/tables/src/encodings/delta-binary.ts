import type { EncodedBytes } from './encoded-bytes.ts'
import { MalformedData } from './malformed-data.ts'
import { unpackBits } from './unpack-bits.ts'
import { VarintReader } from './varint.ts'

const little = 4294967296

/**
 * Decodes DELTA_BINARY_PACKED into 32-bit numbers, or into 64-bit numbers as pairs of halves, the low one first.
 *
 * 64-bit numbers are added as halves with a carry: `BigInt` would allocate for each.
 *
 * @param target `out` has `count` numbers for `width` 4, twice as many halves for 8
 * @returns the position after the last byte
 * @throws MalformedData
 */
export function decodeDeltaBinary(
  { bytes, start, end }: EncodedBytes,
  { out, count, width }: { readonly out: Int32Array; readonly count: number; readonly width: 4 | 8 },
): number {
  const reader = new VarintReader(bytes, { start, end })
  const blockSize = reader.uint32()
  const miniblocks = reader.uint32()
  const total = reader.uint32()
  if (miniblocks === 0 || blockSize % miniblocks !== 0 || (blockSize / miniblocks) % 8 !== 0 || blockSize > 1 << 20)
    throw new MalformedData('the blocks of a delta encoding have an impossible size')
  if (total < count) throw new MalformedData(`a delta encoding has ${total} values in the place of ${count}`)
  const perMiniblock = blockSize / miniblocks
  let { low, high } = reader.zigzag64()
  const store = (index: number): void => {
    if (width === 4) out[index] = low
    else {
      out[2 * index] = low
      out[2 * index + 1] = high
    }
  }
  if (count > 0) store(0)
  const lows = new Int32Array(perMiniblock)
  const highs = new Int32Array(perMiniblock)
  // Every value is walked, also those that are not wanted: what comes after begins where they end.
  for (let done = 1; done < total; ) {
    const least = reader.zigzag64()
    const widths = bytes.subarray(reader.position, reader.position + miniblocks)
    if (reader.position + miniblocks > end) throw new MalformedData('a delta block is cut')
    reader.position += miniblocks
    for (let block = 0; block < miniblocks && done < total; block += 1) {
      const bitWidth = widths[block] ?? 0
      const size = (perMiniblock * bitWidth) / 8
      const taken = Math.min(perMiniblock, total - done)
      if (bitWidth > 64) throw new MalformedData(`a delta has ${bitWidth} bits`)
      if (reader.position + Math.ceil((taken * bitWidth) / 8) > end) throw new MalformedData('a delta block is cut')
      unpackHalves({ bytes, start: reader.position, end: Math.min(end, reader.position + size) }, { lows, highs, count: taken, bitWidth })
      reader.position = Math.min(end, reader.position + size)
      for (let index = 0; index < taken; index += 1) {
        const delta = (lows[index] as number) >>> 0
        const sum = (low >>> 0) + (least.low >>> 0) + delta
        high = (high + least.high + (highs[index] as number) + Math.floor(sum / little)) | 0
        low = sum | 0
        if (done < count) store(done)
        done += 1
      }
    }
  }
  return reader.position
}

interface Halves {
  readonly lows: Int32Array
  readonly highs: Int32Array
  readonly count: number
  readonly bitWidth: number
}

function unpackHalves(input: EncodedBytes, { lows, highs, count, bitWidth }: Halves): void {
  highs.fill(0)
  if (bitWidth === 0) lows.fill(0)
  else if (bitWidth <= 32) unpackBits(input, { out: lows, at: 0, count, bitWidth })
  else {
    for (let index = 0; index < count; index += 1) {
      lows[index] = bitsAt(input, { bit: index * bitWidth, width: 32 })
      highs[index] = bitsAt(input, { bit: index * bitWidth + 32, width: bitWidth - 32 })
    }
  }
}

function bitsAt({ bytes, start, end }: EncodedBytes, { bit, width }: { readonly bit: number; readonly width: number }): number {
  let value = 0
  for (let taken = 0; taken < width; ) {
    const position = start + ((bit + taken) >> 3)
    const offset = (bit + taken) & 7
    const bits = Math.min(8 - offset, width - taken)
    const byte = position < end ? (bytes[position] as number) : 0
    value += ((byte >> offset) & ((1 << bits) - 1)) * 2 ** taken
    taken += bits
  }
  return value | 0
}
