import { attributeHeaders, type ObjectAttributes } from '../object/object-attributes.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import type { Header, Send } from '../send/s3-request.ts'
import { parseCopyResult } from '../xml/answer/parse-copy-result.ts'
import { type CopySource, copySourceHeaders } from './copy-source.ts'
import type { WrittenObject } from './put-object.ts'

/** What becomes what. */
export interface CopyObjectRequest extends CopySource, ObjectAttributes {
  readonly to: ObjectPlace
  readonly signal?: AbortSignal | undefined
}

/**
 * CopyObject: one request, atomic; up to 5 GiB; the bytes stay at the server. Content type and metadata are the source's unless one of them is given, then both are as given.
 */
export function copyObject(send: Send, request: CopyObjectRequest): Promise<WrittenObject> {
  const { to, signal } = request
  const headers: Header[] = [...copySourceHeaders(request), ...attributeHeaders(request)]
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
