/**
 * The CRC-64/NVME of a body as S3 writes it: eight bytes, big-endian, in base64. "NVM Express NVM command set specification", section 5.2.1.3.4.
 *
 * A number holds 32 bits of the 64, so every table has a high and a low half. The tables are made when they are first needed.
 */
export function crc64NvmeBase64(body: Uint8Array): string {
  tables ??= makeTables()
  const { highs, lows } = tables
  const { length } = body
  let high = -1
  let low = -1
  let at = 0
  // Eight bytes a round: see crc32c.
  for (const end = length - 7; at < end; at += 8) {
    const a =
      low ^ ((body[at] as number) | ((body[at + 1] as number) << 8) | ((body[at + 2] as number) << 16) | ((body[at + 3] as number) << 24))
    const b =
      high ^
      ((body[at + 4] as number) | ((body[at + 5] as number) << 8) | ((body[at + 6] as number) << 16) | ((body[at + 7] as number) << 24))
    const i7 = 1_792 + (a & 255)
    const i6 = 1_536 + ((a >>> 8) & 255)
    const i5 = 1_280 + ((a >>> 16) & 255)
    const i4 = 1_024 + (a >>> 24)
    const i3 = 768 + (b & 255)
    const i2 = 512 + ((b >>> 8) & 255)
    const i1 = 256 + ((b >>> 16) & 255)
    const i0 = b >>> 24
    high = eight(highs)
    low = eight(lows)

    function eight(half: Int32Array): number {
      return (
        (half[i7] as number) ^
        (half[i6] as number) ^
        (half[i5] as number) ^
        (half[i4] as number) ^
        (half[i3] as number) ^
        (half[i2] as number) ^
        (half[i1] as number) ^
        (half[i0] as number)
      )
    }
  }
  for (; at < length; at += 1) {
    const index = (low ^ (body[at] as number)) & 255
    low = ((low >>> 8) | (high << 24)) ^ (lows[index] as number)
    high = (high >>> 8) ^ (highs[index] as number)
  }
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeInt32BE(~high, 0)
  bytes.writeInt32BE(~low, 4)
  return bytes.toString('base64')
}

const polynomialHigh = 0x9a6c9329
const polynomialLow = 0xac4bc9b5
let tables: { readonly highs: Int32Array; readonly lows: Int32Array } | undefined

function makeTables(): { readonly highs: Int32Array; readonly lows: Int32Array } {
  const highs = new Int32Array(8 * 256)
  const lows = new Int32Array(8 * 256)
  for (let value = 0; value < 256; value += 1) {
    let high = 0
    let low = value
    for (let at = value; at < highs.length; at += 256) {
      for (let bit = 0; bit < 8; bit += 1) {
        const isOdd = low & 1
        low = (low >>> 1) | (high << 31)
        high >>>= 1
        if (isOdd) {
          high ^= polynomialHigh
          low ^= polynomialLow
        }
      }
      highs[at] = high
      lows[at] = low
    }
  }
  return { highs, lows }
}
