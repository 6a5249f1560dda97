import { createHash } from 'node:crypto'
import type { ObjectPlace } from '../object/object-place.ts'
import type { Send } from '../send/s3-request.ts'
import { parseDeleteResult } from '../xml/answer/parse-delete-result.ts'
import { writeDelete } from '../xml/write-delete.ts'

/** A key that could not be deleted, in S3's words. */
export interface DeleteFailure {
  readonly key: string
  /** Such as `AccessDenied`. */
  readonly code: string
  readonly message: string
}

/** DeleteObject: one request; an object that is not there counts as deleted. */
export function deleteObject(
  send: Send,
  { bucket, key, signal }: ObjectPlace & { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  return send({ method: 'DELETE', action: 'delete', bucket, key, signal, read: () => undefined })
}

/** DeleteObjects: up to 1,000 keys in one request. Gives those that could not be deleted. */
export function deleteObjects(
  send: Send,
  { bucket, keys, signal }: { readonly bucket: string; readonly keys: readonly string[]; readonly signal?: AbortSignal | undefined },
): Promise<readonly DeleteFailure[]> {
  const document = Buffer.from(writeDelete(keys))
  // Every server takes Content-MD5 here; the newer checksums are not known to all.
  const headers = [
    ['content-md5', createHash('md5').update(document).digest('base64')] as const,
    ['content-type', 'application/xml'] as const,
  ]
  return send({
    method: 'POST',
    action: 'delete from',
    bucket,
    query: [['delete', '']],
    headers,
    body: [document],
    signal,
    read: ({ body }) => parseDeleteResult(body, { bucket }),
  })
}
