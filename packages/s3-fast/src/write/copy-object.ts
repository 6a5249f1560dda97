import type { ClientContext } from '../call/client-context.ts'
import { objectUrl } from '../call/location.ts'
import { type OnProgress, progressOf } from '../call/transfer-progress.ts'
import type { ObjectAttributes } from '../object/object-attributes.ts'
import { copyObject } from '../operations/copy-object.ts'
import { headObject } from '../operations/head-object.ts'
import { copyInParts } from '../upload/copy-in-parts.ts'
import type { PutResult } from './write-options.ts'

/** How an object is copied. Content type and metadata are the source's unless one of them is given. */
export interface CopyOptions extends ObjectAttributes {
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** What S3 copies in one request: 5 GiB. */
const maxCopyBytes = 5_368_709_120

/**
 * Copies an object within S3: two requests up to 5 GiB, above that in parts of at least 256 MiB. No bytes come here; the copy appears in one moment.
 *
 * Tags go with it up to 5 GiB only.
 */
export async function copyWithin(
  context: ClientContext,
  { from, to }: { readonly from: string; readonly to: string },
  options: CopyOptions,
): Promise<PutResult> {
  const { location, send, writeLanes: lanes } = context
  const [source, place] = [location.source(from), location.place(to)]
  const { signal } = options
  const head = await headObject(send, { ...source, signal })
  const { etag: ifMatch, totalBytes: sizeBytes } = head
  const onMoved = progressOf(options.onProgress, sizeBytes)
  if (sizeBytes > maxCopyBytes) {
    const kept =
      options.contentType === undefined && options.metadata === undefined ? { contentType: head.contentType, metadata: head.metadata } : {}
    const { etag } = await copyInParts({ send, lanes }, { ...kept, ...options, ...place, from: source, sizeBytes, ifMatch, onMoved })
    return { key: to, url: objectUrl(place), written: true, etag }
  }
  const { etag } = await copyObject(send, { ...options, from: source, to: place, ifMatch })
  onMoved?.(sizeBytes)
  return { key: to, url: objectUrl(place), written: true, etag }
}
