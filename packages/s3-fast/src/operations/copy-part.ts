import { parseCopyResult } from '../xml/parse-copy-result.ts'
import { copySource } from './copy-source.ts'
import type { Upload } from './create-upload.ts'
import type { Header, ObjectPlace, Send } from './s3-request.ts'
import { partQuery, type UploadedPart } from './upload-part.ts'

/** A run of bytes of an object that becomes a part of another. */
export interface PartToCopy {
  readonly number: number
  readonly from: ObjectPlace
  readonly start: number
  /** Half-open. */
  readonly end: number
  /** Copied only while the source has this ETag. */
  readonly ifMatch: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** UploadPartCopy: one request; the bytes stay at the server. @throws S3Error precondition-failed when the source has changed. */
export function copyPart(send: Send, upload: Upload, part: PartToCopy): Promise<UploadedPart> {
  const { number, from, start, end, ifMatch, signal } = part
  const headers: Header[] = [copySource(from), ['x-amz-copy-source-range', `bytes=${start}-${end - 1}`]]
  if (ifMatch !== undefined) headers.push(['x-amz-copy-source-if-match', ifMatch])
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
