import { attributeHeaders, type ObjectAttributes } from '../../object/object-attributes.ts'
import type { ObjectPlace } from '../../object/object-place.ts'
import type { Header, Send } from '../../send/s3-request.ts'
import { parseUploadId } from '../../xml/answer/parse-upload-id.ts'

/** Where the parts will become an object. */
export interface CreateUploadRequest extends ObjectPlace, ObjectAttributes {
  /** Further headers, such as the mark of who creates. */
  readonly headers?: readonly Header[]
  /** Whether each part comes with its CRC32 and the whole gets one. */
  readonly checksums: boolean
  readonly signal?: AbortSignal | undefined
}

/** An upload that has been begun and not yet completed. */
export interface Upload extends ObjectPlace {
  readonly uploadId: string
}

/** CreateMultipartUpload: one request. Sent again after a lost answer it leaves an empty upload behind, which `abortUploads` removes. */
export async function createUpload(send: Send, request: CreateUploadRequest): Promise<Upload> {
  const { bucket, key, checksums, signal } = request
  const headers: Header[] = [...attributeHeaders(request), ...(request.headers ?? [])]
  // A CRC32 of the whole can be compared by who reads the object in any pieces; one over the checksums of its parts cannot.
  if (checksums) headers.push(['x-amz-checksum-algorithm', 'CRC32'], ['x-amz-checksum-type', 'FULL_OBJECT'])
  const uploadId = await send({
    method: 'POST',
    action: 'write',
    bucket,
    key,
    query: [['uploads', '']],
    headers,
    signal,
    read: ({ body }) => parseUploadId(body, { bucket, key }),
  })
  return { bucket, key, uploadId }
}
