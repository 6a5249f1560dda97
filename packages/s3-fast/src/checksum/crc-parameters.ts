/** What makes one reflected CRC, of up to 64 bits, differ from another. All begin and end with every bit inverted. */
export interface CrcParameters {
  /** Its bits reflected: the highest bit is x^0. */
  readonly polynomial: bigint
  readonly widthBits: 32 | 64
}

/** CRC-32 of zlib. */
export const crc32Parameters: CrcParameters = { polynomial: 0xedb88320n, widthBits: 32 }
/** CRC-32C (Castagnoli): RFC 3720, appendix B.4. */
export const crc32cParameters: CrcParameters = { polynomial: 0x82f63b78n, widthBits: 32 }
/** CRC-64/NVME: "NVM Express NVM command set specification", section 5.2.1.3.4. */
export const crc64NvmeParameters: CrcParameters = { polynomial: 0x9a6c9329ac4bc9b5n, widthBits: 64 }

/** A CRC as S3 writes it: big-endian, in base64. */
export function crcToBase64(crc: bigint, { widthBits }: CrcParameters): string {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64BE(crc)
  return bytes.toString('base64', 8 - widthBits / 8)
}
