import { crc32ToBase64 } from './crc32-to-base64.ts'

/** The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of a body as S3 writes it. The tables are made when they are first needed. */
export function crc32cBase64(body: Uint8Array): string {
  tables ??= makeTables()
  const table = tables
  const { length } = body
  let crc = -1
  let at = 0
  // Eight bytes a round, from eight tables: the look-ups do not wait for each other. Table n is what a byte turns into when n more follow.
  for (const end = length - 7; at < end; at += 8) {
    const low =
      crc ^ ((body[at] as number) | ((body[at + 1] as number) << 8) | ((body[at + 2] as number) << 16) | ((body[at + 3] as number) << 24))
    crc =
      (table[1_792 + (low & 255)] as number) ^
      (table[1_536 + ((low >>> 8) & 255)] as number) ^
      (table[1_280 + ((low >>> 16) & 255)] as number) ^
      (table[1_024 + (low >>> 24)] as number) ^
      (table[768 + (body[at + 4] as number)] as number) ^
      (table[512 + (body[at + 5] as number)] as number) ^
      (table[256 + (body[at + 6] as number)] as number) ^
      (table[body[at + 7] as number] as number)
  }
  for (; at < length; at += 1) crc = (crc >>> 8) ^ (table[(crc ^ (body[at] as number)) & 255] as number)
  return crc32ToBase64(~crc >>> 0)
}

const polynomial = 0x82f63b78
let tables: Int32Array | undefined

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let value = 0; value < 256; value += 1) {
    let crc = value
    for (let at = value; at < made.length; at += 256) {
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
      made[at] = crc
    }
  }
  return made
}
