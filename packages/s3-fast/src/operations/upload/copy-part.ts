import type { Header, Send } from '../../send/s3-request.ts'
import { parseCopyResult } from '../../xml/answer/parse-copy-result.ts'
import { type CopySource, copySourceHeaders } from '../copy-source.ts'
import type { Upload } from './create-upload.ts'
import { partQuery, type UploadedPart } from './upload-part.ts'

/** A run of bytes of an object that becomes a part of another. */
export interface PartToCopy extends CopySource {
  readonly number: number
  readonly start: number
  /** Half-open. */
  readonly end: number
  readonly signal?: AbortSignal | undefined
}

/** UploadPartCopy: one request; the bytes stay at the server. @throws S3Error precondition-failed when the source has changed. */
export function copyPart(send: Send, upload: Upload, part: PartToCopy): Promise<UploadedPart> {
  const { number, start, end, signal } = part
  const headers: Header[] = [...copySourceHeaders(part), ['x-amz-copy-source-range', `bytes=${start}-${end - 1}`]]
  const { bucket, key } = upload
  return send({
    method: 'PUT',
    action: 'copy to',
    bucket,
    key,
    query: partQuery(upload, number),
    headers,
    signal,
    read: ({ body }) => ({
      number,
      etag: parseCopyResult(body, { bucket, key }).etag,
      sizeBytes: end - start,
    }),
  })
}
