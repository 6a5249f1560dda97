import { crc32ToBase64 } from '../checksum/crc32-to-base64.ts'
import { encodeXmlText } from './xml-text.ts'

/** What CompleteMultipartUpload names of a part. */
export interface CompletedPart {
  /** From 1. */
  readonly number: number
  readonly etag: string
  readonly crc32?: number | undefined
}

/** The document that makes an object of these parts, which are in the order of their numbers. */
export function writeCompleteUpload(parts: readonly CompletedPart[]): string {
  const elements = parts.map(({ number, etag, crc32 }) => {
    const checksum = crc32 === undefined ? '' : `<ChecksumCRC32>${crc32ToBase64(crc32)}</ChecksumCRC32>`
    return `<Part>${checksum}<ETag>${encodeXmlText(etag)}</ETag><PartNumber>${number}</PartNumber></Part>`
  })
  const document = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements.join('')}</CompleteMultipartUpload>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document}`
}
