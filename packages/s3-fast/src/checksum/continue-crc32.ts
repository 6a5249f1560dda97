import { crc32 } from 'node:zlib'

/** The CRC-32 of what came before, and then of `bytes`. With some empty arrays Node 22 forgets what came before: `crc32(randomBytes(0), 5)` is 0. */
export function continueCrc32(before: number, bytes: Uint8Array): number {
  return bytes.length === 0 ? before : crc32(bytes, before)
}
