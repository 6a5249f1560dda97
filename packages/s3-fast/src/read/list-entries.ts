import type { ClientContext } from '../call/client-context.ts'
import { objectUrl } from '../call/location.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import { listObjects } from '../operations/list-objects.ts'
import type { Listing } from '../xml/answer/parse-listing.ts'

/** An object that a listing found. */
export interface ListedObject {
  readonly kind: 'object'
  /** As `get` takes it: relative to the client's root, or the full URL. */
  readonly key: string
  readonly url: string
  readonly sizeBytes: number
  /** With its quotes. */
  readonly etag: string
  readonly lastModified: Date
}

/** All that goes on after a `/`, told as one. */
export interface ListedPrefix {
  readonly kind: 'prefix'
  /** Ends in `/`. */
  readonly key: string
  readonly url: string
}

/** How a listing is made. */
export interface ListOptions {
  /** Only what comes after this key. Default: from the beginning. */
  readonly startAfter?: string
  readonly signal?: AbortSignal
}

/** One level: the objects and prefixes right below a prefix, in the order of the bytes of their keys. */
export async function* listLevel(
  context: ClientContext,
  prefix: string,
  options: ListOptions,
): AsyncGenerator<ListedObject | ListedPrefix> {
  for await (const { page, bucket, start } of pages(context, prefix, { ...options, delimiter: '/' })) {
    const { objects, prefixes } = page
    // Both are sorted; together they are too.
    let next = 0
    for (const object of objects) {
      for (let key = prefixes[next]; key !== undefined && compareBytes(key, object.key) < 0; key = prefixes[next]) {
        next += 1
        yield listedPrefix(context, { bucket, key })
      }
      // A "folder" that some programs make is the prefix itself.
      if (object.key !== start) yield listedObject(context, bucket, object)
    }
    for (const key of prefixes.slice(next)) yield listedPrefix(context, { bucket, key })
  }
}

/** Every object below a prefix, in the order of the bytes of their keys. */
export async function* listTree(context: ClientContext, prefix: string, options: ListOptions): AsyncGenerator<ListedObject> {
  for await (const { page, bucket } of pages(context, prefix, options))
    for (const object of page.objects) yield listedObject(context, bucket, object)
}

interface ListedPage {
  readonly page: Listing
  readonly bucket: string
  /** The prefix as S3 has it. */
  readonly start: string
}

async function* pages(
  context: ClientContext,
  prefix: string,
  options: ListOptions & { readonly delimiter?: '/' },
): AsyncGenerator<ListedPage> {
  const { startAfter, signal, delimiter } = options
  const { bucket, prefix: start } = context.location.prefix(prefix)
  const after = startAfter === undefined ? undefined : context.location.place(startAfter).key
  for await (const page of listObjects(context.send, { bucket, prefix: start, delimiter, startAfter: after, signal }))
    yield { page, bucket, start }
}

function listedObject(
  { location }: ClientContext,
  bucket: string,
  { key, sizeBytes, etag, lastModified }: Listing['objects'][number],
): ListedObject {
  const place = { bucket, key }
  return { kind: 'object', key: location.name(place), url: objectUrl(place), sizeBytes, etag, lastModified }
}

function listedPrefix({ location }: ClientContext, place: ObjectPlace): ListedPrefix {
  return { kind: 'prefix', key: location.name(place), url: objectUrl(place) }
}

/** UTF-16 sorts otherwise than UTF-8 where surrogates are. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
