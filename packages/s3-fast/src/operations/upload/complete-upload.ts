import { combineCrc32 } from '../../checksum/combine-crc32.ts'
import { crc32ToBase64 } from '../../checksum/crc32-to-base64.ts'
import type { Header, Send } from '../../send/s3-request.ts'
import { parseCompleteResult } from '../../xml/answer/parse-complete-result.ts'
import { writeCompleteUpload } from '../../xml/write-complete-upload.ts'
import type { Creation, WrittenObject } from '../put-object.ts'
import type { Upload } from './create-upload.ts'
import type { UploadedPart } from './upload-part.ts'

/** How an upload becomes an object. */
export interface CompleteUploadRequest {
  /** In order of their numbers. */
  readonly parts: readonly UploadedPart[]
  /** Where only a new object may appear. */
  readonly create?: Creation | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * CompleteMultipartUpload: one request, atomic. The server compares size and, where every part has one, the CRC32 of the whole.
 *
 * @throws S3Error already-exists where it creates only, ...
 */
export function completeUpload(send: Send, upload: Upload, request: CompleteUploadRequest): Promise<WrittenObject> {
  const { bucket, key, uploadId } = upload
  const { parts, signal, create } = request
  const headers: Header[] = [['content-type', 'application/xml']]
  if (create) headers.push(create.condition)
  const crc32 = wholeCrc32(parts)
  if (crc32 !== undefined) headers.push(['x-amz-checksum-crc32', crc32ToBase64(crc32)], ['x-amz-checksum-type', 'FULL_OBJECT'])
  const body = [Buffer.from(writeCompleteUpload(parts))]
  return send({
    method: 'POST',
    action: 'write',
    bucket,
    key,
    query: [['uploadId', uploadId]],
    headers,
    body,
    signal,
    createOnly: create !== undefined,
    recover: create?.recover,
    read: ({ body: document }) => parseCompleteResult(document, { bucket, key }),
  })
}

function wholeCrc32(parts: readonly UploadedPart[]): number | undefined {
  let whole = 0
  for (const { crc32, sizeBytes } of parts) {
    if (crc32 === undefined) return undefined
    whole = combineCrc32(whole, crc32, sizeBytes)
  }
  return whole
}
