import type { Send } from '../../send/s3-request.ts'
import { parseUploads } from '../../xml/answer/parse-uploads.ts'
import type { Upload } from './create-upload.ts'

/** An upload that was begun and neither completed nor aborted. */
export interface OpenUpload extends Upload {
  readonly initiatedAt: Date
}

/** ListMultipartUploads: the open uploads to keys with this prefix, in order of their keys; one request for each 1,000. */
export async function* listUploads(
  send: Send,
  { bucket, prefix, signal }: { readonly bucket: string; readonly prefix: string; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<OpenUpload> {
  let marker: { readonly key: string; readonly uploadId: string } | undefined
  do {
    const query: [string, string][] = [
      ['uploads', ''],
      ['encoding-type', 'url'],
      ['prefix', prefix],
    ]
    if (marker) query.push(['key-marker', marker.key], ['upload-id-marker', marker.uploadId])
    const page = await send({
      method: 'GET',
      action: 'list the uploads of',
      bucket,
      query,
      signal,
      read: ({ body }) => parseUploads(body, { bucket }),
    })
    for (const upload of page.uploads) yield { bucket, ...upload }
    marker = page.nextMarker
  } while (marker)
}
