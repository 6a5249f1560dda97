import { randomUUID } from 'node:crypto'
import { crc32Of } from '../checksum/crc32-of.ts'
import { crc32ToBase64 } from '../checksum/crc32-to-base64.ts'
import type { HttpResponse } from '../http/http-client-seam.ts'
import { attributeHeaders, creatorMetadata, type ObjectAttributes } from '../object/object-attributes.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import type { Header, Send } from '../send/s3-request.ts'
import { headObject } from './head-object.ts'

/** What to write where. */
export interface PutObjectRequest extends ObjectPlace, ObjectAttributes {
  /** Sent in order, without being joined. */
  readonly pieces: readonly Uint8Array[]
  /** Only where there is no object yet. */
  readonly createOnly: boolean
  readonly signal?: AbortSignal | undefined
}

/** What was written. */
export interface WrittenObject {
  /** With its quotes. */
  readonly etag: string | undefined
}

/**
 * PutObject: one request, atomic; the server compares the body with its CRC32 before it stores anything.
 *
 * @throws S3Error already-exists for `createOnly`, ...
 */
export function putObject(send: Send, request: PutObjectRequest): Promise<WrittenObject> {
  const { bucket, key, pieces, createOnly, signal } = request
  const headers = attributeHeaders(request)
  headers.push(['x-amz-checksum-crc32', crc32ToBase64(crc32Of(pieces))])
  const asked = { method: 'PUT', action: 'write', bucket, key, headers, body: pieces, signal, read: toWritten } as const
  if (!createOnly) return send(asked)
  const { condition, mark, recover } = creation(send, { bucket, key, signal })
  headers.push(condition, mark)
  return send({ ...asked, createOnly, recover })
}

function toWritten(response: HttpResponse): WrittenObject {
  return { etag: response.header('etag') }
}

/** What makes a write create only, and how to tell after a lost answer that it did. */
export interface Creation {
  readonly condition: Header
  /** Goes with the metadata. */
  readonly mark: Header
  /** What this writer wrote; `undefined` where another one did. */
  readonly recover: () => Promise<WrittenObject | undefined>
}

/**
 * `If-None-Match: *` with a mark of who wrote in the metadata: of two who create the same object with the same bytes, each can tell whether it was the one.
 *
 * See "How to prevent object overwrites with conditional writes" in the S3 user guide.
 */
export function creation(send: Send, place: ObjectPlace & { readonly signal?: AbortSignal | undefined }): Creation {
  const creator = randomUUID()
  return {
    condition: ['if-none-match', '*'],
    mark: [`x-amz-meta-${creatorMetadata}`, creator],
    recover: async () => {
      const head = await headObject(send, place)
      return head.creator === creator ? { etag: head.etag } : undefined
    },
  }
}
