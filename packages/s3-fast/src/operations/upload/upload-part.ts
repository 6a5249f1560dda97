import { crc32ToBase64 } from '../../checksum/crc32-to-base64.ts'
import type { Send } from '../../send/s3-request.ts'
import type { Upload } from './create-upload.ts'

/** A part that the server has. */
export interface UploadedPart {
  /** From 1. */
  readonly number: number
  readonly etag: string
  readonly sizeBytes: number
  /** Of its bytes; unknown for a part that was copied. */
  readonly crc32?: number
}

/** A part to send. */
export interface PartBody {
  /** From 1. */
  readonly number: number
  /** Sent in order, without being joined. */
  readonly pieces: readonly Uint8Array[]
  readonly sizeBytes: number
  readonly crc32: number
  readonly signal?: AbortSignal | undefined
}

/** UploadPart: one request. Sent again, it replaces the part. */
export function uploadPart(send: Send, upload: Upload, part: PartBody): Promise<UploadedPart> {
  const { bucket, key } = upload
  const { number, pieces, sizeBytes, crc32, signal } = part
  return send({
    method: 'PUT',
    action: 'write',
    bucket,
    key,
    query: partQuery(upload, number),
    headers: [['x-amz-checksum-crc32', crc32ToBase64(crc32)]],
    body: pieces,
    signal,
    read: (response) => ({ number, etag: response.header('etag') ?? '', sizeBytes, crc32 }),
  })
}

/** What names a part in a request. */
export function partQuery({ uploadId }: Upload, number: number): [name: string, value: string][] {
  return [
    ['partNumber', String(number)],
    ['uploadId', uploadId],
  ]
}
