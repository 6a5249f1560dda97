// A number holds 32 bits of the 64 at a time: every table has a high and a low half.
const polynomialHigh = 0x9a6c9329
const polynomialLow = 0xac4bc9b5
const { high: tablesHigh, low: tablesLow } = makeTables()

/** A running CRC-64/NVME. */
export class Crc64Nvme {
  #high = -1
  #low = -1

  /** Takes more bytes. */
  update(data: Uint8Array): void {
    let high = this.#high
    let low = this.#low
    const { length } = data
    let at = 0
    for (const end = length - 7; at < end; at += 8) {
      const a = low ^ (byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24))
      const b = high ^ (byte(data, at + 4) | (byte(data, at + 5) << 8) | (byte(data, at + 6) << 16) | (byte(data, at + 7) << 24))
      // Table n is at n * 256: what a byte turns into when n more follow.
      const i7 = 1792 + (a & 255)
      const i6 = 1536 + ((a >>> 8) & 255)
      const i5 = 1280 + ((a >>> 16) & 255)
      const i4 = 1024 + (a >>> 24)
      const i3 = 768 + (b & 255)
      const i2 = 512 + ((b >>> 8) & 255)
      const i1 = 256 + ((b >>> 16) & 255)
      const i0 = b >>> 24
      high = h(i7) ^ h(i6) ^ h(i5) ^ h(i4) ^ h(i3) ^ h(i2) ^ h(i1) ^ h(i0)
      low = l(i7) ^ l(i6) ^ l(i5) ^ l(i4) ^ l(i3) ^ l(i2) ^ l(i1) ^ l(i0)
    }
    for (; at < length; at += 1) {
      const index = (low ^ byte(data, at)) & 255
      low = ((low >>> 8) | (high << 24)) ^ l(index)
      high = (high >>> 8) ^ h(index)
    }
    this.#high = high
    this.#low = low
  }

  /** The value so far, big-endian, in 8 bytes. */
  digest(): Buffer {
    const bytes = Buffer.alloc(8)
    bytes.writeInt32BE(~this.#high, 0)
    bytes.writeInt32BE(~this.#low, 4)
    return bytes
  }
}

const byte = (data: Uint8Array, at: number): number => data[at] as number
const h = (index: number): number => tablesHigh[index] as number
const l = (index: number): number => tablesLow[index] as number

function makeTables(): { readonly high: Int32Array; readonly low: Int32Array } {
  const highs = new Int32Array(8 * 256)
  const lows = new Int32Array(8 * 256)
  for (let value = 0; value < 256; value += 1) {
    let high = 0
    let low = value
    for (let table = 0; table < 8; table += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const odd = low & 1
        low = (low >>> 1) | (high << 31)
        high >>>= 1
        if (odd) {
          high ^= polynomialHigh
          low ^= polynomialLow
        }
      }
      highs[table * 256 + value] = high
      lows[table * 256 + value] = low
    }
  }
  return { high: highs, low: lows }
}
