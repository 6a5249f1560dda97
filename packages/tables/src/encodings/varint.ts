import { MalformedData } from './malformed-data.ts'

/** Reads unsigned LEB128 numbers one after another. */
export class VarintReader {
  readonly bytes: Uint8Array
  readonly end: number
  position: number

  constructor(bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }) {
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  /** A number of up to 32 bits, unsigned. @throws MalformedData where the bytes end, or where it has more bits. */
  uint32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) {
        if (value > 0xffffffff) break
        return value
      }
    }
    throw new MalformedData('a number has more than 32 bits')
  }

  /** A zigzag number of up to 64 bits, as its two halves. */
  zigzag64(): { readonly low: number; readonly high: number } {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) {
        const number = BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
        return { low: Number(BigInt.asIntN(32, number)), high: Number(BigInt.asIntN(32, number >> 32n)) }
      }
    }
    throw new MalformedData('a number has more than 64 bits')
  }

  byte(): number {
    const byte = this.position < this.end ? this.bytes[this.position] : undefined
    if (byte === undefined) throw new MalformedData('the data ends within a number')
    this.position += 1
    return byte
  }
}
