import type { EncodedBytes } from './encoded-bytes.ts'

/** Where unpacked numbers go: `count` of them, from `at` on. */
export interface UnpackTarget {
  readonly out: Int32Array | Uint8Array
  readonly at: number
  readonly count: number
  /** 1 to 32. Numbers of 32 bits come out signed. */
  readonly bitWidth: number
}

/**
 * Unpacks numbers of a fixed width, least significant bit first, as Parquet packs them. Bytes after `end` count as 0: writers may cut the last group.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */
export function unpackBits({ bytes, start, end }: EncodedBytes, { out, at, count, bitWidth }: UnpackTarget): void {
  const enough = start + Math.ceil((count * bitWidth) / 8) <= end
  if (bitWidth === 8 && enough && out instanceof Uint8Array) {
    out.set(bytes.subarray(start, start + count), at)
    return
  }
  if (bitWidth > 24) {
    unpackWide({ bytes, start, end }, { out, at, count, bitWidth })
    return
  }
  // `word` never holds more than 24 + 7 bits, so the arithmetic stays in 32.
  const mask = (1 << bitWidth) - 1
  const stop = at + count
  let position = start
  let word = 0
  let bits = 0
  for (let index = at; index < stop; index += 1) {
    while (bits < bitWidth) {
      word |= (position < end ? (bytes[position] as number) : 0) << bits
      position += 1
      bits += 8
    }
    out[index] = word & mask
    word >>>= bitWidth
    bits -= bitWidth
  }
}

function unpackWide({ bytes, start, end }: EncodedBytes, { out, at, count, bitWidth }: UnpackTarget): void {
  const modulus = 2 ** bitWidth
  let position = start
  let word = 0
  let bits = 0
  for (let index = at; index < at + count; index += 1) {
    while (bits < bitWidth) {
      word += (position < end ? (bytes[position] as number) : 0) * 2 ** bits
      position += 1
      bits += 8
    }
    const value = word % modulus
    out[index] = value
    word = (word - value) / modulus
    bits -= bitWidth
  }
}
