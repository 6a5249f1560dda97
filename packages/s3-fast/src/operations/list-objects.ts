import type { Send } from '../send/s3-request.ts'
import { type Listing, parseListing } from '../xml/answer/parse-listing.ts'

/** Which part of a bucket is listed. */
export interface ListObjectsRequest {
  readonly bucket: string
  /** As S3 understands it: any beginning of keys. */
  readonly prefix: string
  /** Keys that go on after the prefix and a `/` are told as one prefix. */
  readonly delimiter?: '/' | undefined
  /** Only keys after this one. */
  readonly startAfter?: string | undefined
  /** How many entries a page may have, at most 1,000. */
  readonly pageSize?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * ListObjectsV2: page after page, keys in the order of their bytes. One request for each 1,000 entries; the next page is on its way while one is used.
 *
 * @throws S3Error bucket-not-found, forbidden, ...
 */
export async function* listObjects(send: Send, request: ListObjectsRequest): AsyncGenerator<Listing> {
  let next: Promise<Listing> | undefined = requestPage(send, request, undefined)
  try {
    while (next !== undefined) {
      const page: Listing = await next
      next = page.nextToken === undefined ? undefined : requestPage(send, request, page.nextToken)
      // Awaited in the next turn, if there is one.
      next?.catch(() => {})
      yield page
    }
  } finally {
    await next?.catch(() => {})
  }
}

function requestPage(send: Send, request: ListObjectsRequest, token: string | undefined): Promise<Listing> {
  const { bucket, prefix, delimiter, startAfter, pageSize, signal } = request
  const query: [string, string][] = [
    ['list-type', '2'],
    ['encoding-type', 'url'],
  ]
  if (prefix !== '') query.push(['prefix', prefix])
  if (delimiter !== undefined) query.push(['delimiter', delimiter])
  if (token !== undefined) query.push(['continuation-token', token])
  else if (startAfter !== undefined) query.push(['start-after', startAfter])
  if (pageSize !== undefined) query.push(['max-keys', String(pageSize)])
  return send({ method: 'GET', action: 'list', bucket, query, signal, read: ({ body }) => parseListing(body, { bucket }) })
}
