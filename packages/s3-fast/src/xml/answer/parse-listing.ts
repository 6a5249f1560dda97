import { keyDecoder } from '../url-text.ts'
import type { XmlDocument } from '../xml-document.ts'
import { readDate, readInteger, readTruncated } from '../xml-value.ts'
import { readAnswer } from './read-answer.ts'

/** One page of ListObjectsV2, in the order of the bytes of the keys. */
export interface Listing {
  readonly objects: readonly ListedObject[]
  /** What a delimiter put together, each with the delimiter at its end. */
  readonly prefixes: readonly string[]
  /** For the next page; `undefined` on the last. */
  readonly nextToken: string | undefined
}

/** What a listing tells of an object. */
interface ListedObject {
  readonly key: string
  readonly sizeBytes: number
  /** With its quotes. Empty where the server keeps none. */
  readonly etag: string
  readonly lastModified: Date
  /** Empty where the server does not say. */
  readonly storageClass: string
}

/**
 * Reads the answer of ListObjectsV2, with or without `encoding-type=url`. About 3 ms of CPU for 1,000 keys.
 *
 * @throws S3Error: `protocol` for anything that is not a whole ListBucketResult.
 */
export function parseListing(body: Buffer, { bucket }: { readonly bucket: string }): Listing {
  return readAnswer(body, { root: 'ListBucketResult', subject: { action: 'list', bucket }, read: readListing })
}

function readListing(document: XmlDocument): Listing {
  const decodeKey = keyDecoder(document.get('EncodingType'))
  const objects: ListedObject[] = []
  for (const span of document.spans('Contents')) {
    objects.push({
      key: decodeKey(document.require('Key', span)),
      sizeBytes: readInteger(document.require('Size', span)),
      etag: document.between('ETag', span) ?? '',
      lastModified: readDate(document.require('LastModified', span)),
      storageClass: document.between('StorageClass', span) ?? '',
    })
  }
  const prefixes: string[] = []
  for (const span of document.spans('CommonPrefixes')) prefixes.push(decodeKey(document.require('Prefix', span)))
  return { objects, prefixes, nextToken: readTruncated(document) ? document.require('NextContinuationToken') : undefined }
}
