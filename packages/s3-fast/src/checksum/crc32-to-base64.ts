/** A CRC32 as S3 writes it: four bytes, big-endian, in base64. */
export function crc32ToBase64(crc32: number): string {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(crc32)
  return bytes.toString('base64')
}
