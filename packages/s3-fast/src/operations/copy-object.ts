import { parseCopyResult } from '../xml/parse-copy-result.ts'
import { copySource } from './copy-source.ts'
import { attributeHeaders, type ObjectAttributes } from './object-attributes.ts'
import type { WrittenObject } from './put-object.ts'
import type { Header, ObjectPlace, Send } from './s3-request.ts'

/** What becomes what. */
export interface CopyObjectRequest extends ObjectAttributes {
  readonly from: ObjectPlace
  readonly to: ObjectPlace
  /** Copied only while the source has this ETag. */
  readonly ifMatch: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * CopyObject: one request, atomic; up to 5 GiB; the bytes stay at the server. Content type and metadata are the source's unless one of them is given, then both are as given.
 */
export function copyObject(send: Send, request: CopyObjectRequest): Promise<WrittenObject> {
  const { from, to, ifMatch, signal } = request
  const headers: Header[] = [copySource(from), ...attributeHeaders(request)]
  if (ifMatch !== undefined) headers.push(['x-amz-copy-source-if-match', ifMatch])
  if (request.contentType !== undefined || request.metadata !== undefined) headers.push(['x-amz-metadata-directive', 'REPLACE'])
  const { bucket, key } = to
  return send({
    method: 'PUT',
    action: 'copy to',
    bucket,
    key,
    headers,
    signal,
    read: ({ body }) => parseCopyResult(body, { bucket, key }),
  })
}
