import { uriEncodePath } from '../../sigv4/canonical/uri-encoding.ts'
import { type Answer, xmlAnswer } from '../answer/answer.ts'
import { formatIsoTime } from '../answer/time-format.ts'
import { bucketOf, owner, type S3Context } from '../s3-context.ts'
import { S3Error } from '../s3-error.ts'
import { type S3Request, wholeNumber } from '../s3-request.ts'
import { type ListPage, listPage } from '../storage/listing/list-page.ts'
import type { ObjectRecord } from '../storage/object-record.ts'
import { escapeXml, WrittenXml, type XmlElements } from '../xml/write-xml.ts'

const mostKeys = 1_000

/** ListObjectsV2. @throws S3Error NoSuchBucket, InvalidArgument. */
export function listObjectsV2(context: S3Context, request: S3Request): Answer {
  const asked = readListing(context, request)
  const { query } = request
  const token = query.get('continuation-token')
  if (token === '')
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect',
      details: { ArgumentName: 'continuation-token' },
    })
  const startAfter = query.get('start-after')
  const page = asked.list(token === undefined ? (startAfter ?? '') : parseToken(token))
  const withOwner = query.get('fetch-owner') === 'true'
  return xmlAnswer('ListBucketResult', {
    ...asked.head,
    KeyCount: page.values.length + page.commonPrefixes.length,
    ContinuationToken: token,
    StartAfter: startAfter === undefined || startAfter === '' ? undefined : asked.encode(startAfter),
    NextContinuationToken: page.last === undefined ? undefined : formatToken(page.last),
    ...asked.body(page, withOwner),
  })
}

/** ListObjects, the first version. @throws S3Error NoSuchBucket, InvalidArgument. */
export function listObjects(context: S3Context, request: S3Request): Answer {
  const asked = readListing(context, request)
  const marker = request.query.get('marker') ?? ''
  const page = asked.list(marker)
  return xmlAnswer('ListBucketResult', {
    ...asked.head,
    Marker: asked.encode(marker),
    // Without a delimiter the last key is the next marker, and S3 does not repeat it.
    NextMarker: page.last === undefined || !request.query.get('delimiter') ? undefined : asked.encode(page.last),
    ...asked.body(page, true),
  })
}

interface Listing {
  readonly head: XmlElements
  readonly encode: (text: string) => string
  readonly list: (after: string) => ListPage<ObjectRecord>
  readonly body: (page: ListPage<ObjectRecord>, withOwner: boolean) => XmlElements
}

function readListing(context: S3Context, request: S3Request): Listing {
  const bucket = bucketOf(context, request)
  const prefix = request.query.get('prefix') ?? ''
  const delimiter = request.query.get('delimiter') ?? ''
  const maxKeys = Math.min(mostKeys, wholeNumber(request, 'max-keys', { least: 0, most: 2_147_483_647, fallback: mostKeys }))
  const encode = readEncoding(request)
  return {
    encode,
    head: {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: maxKeys,
      EncodingType: request.query.get('encoding-type'),
    },
    list: (after) => listPage(bucket.objects, { prefix, delimiter, after, maxKeys }),
    body: ({ truncated, values, commonPrefixes }, withOwner) => ({
      IsTruncated: truncated,
      Contents: new WrittenXml(values.map((object) => writeObject(object, encode(object.key), withOwner)).join('')),
      CommonPrefixes: commonPrefixes.map((each) => ({ Prefix: encode(each) })),
    }),
  }
}

/** Written by hand: it is what a listing is made of, up to 1,000 times. */
function writeObject({ modifiedAtMs, etag, checksum, sizeBytes, storageClass }: ObjectRecord, key: string, withOwner: boolean): string {
  const checksums = checksum
    ? `<ChecksumAlgorithm>${checksum.algorithm}</ChecksumAlgorithm><ChecksumType>${checksum.type}</ChecksumType>`
    : ''
  const owned = withOwner ? `<Owner><ID>${owner.ID}</ID><DisplayName>${owner.DisplayName}</DisplayName></Owner>` : ''
  return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${formatIsoTime(modifiedAtMs)}</LastModified><ETag>&quot;${etag}&quot;</ETag>${checksums}<Size>${sizeBytes}</Size><StorageClass>${storageClass ?? 'STANDARD'}</StorageClass>${owned}</Contents>`
}

/** How keys are written: as they are, or percent-encoded with `encoding-type=url`. @throws S3Error InvalidArgument. */
export function readEncoding({ query }: S3Request): (text: string) => string {
  const encoding = query.get('encoding-type')
  if (encoding === undefined) return (text) => text
  if (encoding === 'url') return uriEncodePath
  throw new S3Error('InvalidArgument', {
    message: 'Invalid Encoding Method specified in Request',
    details: { ArgumentName: 'encoding-type', ArgumentValue: encoding },
  })
}

// A token looks like none of the keys, so that no one takes it for one.
const formatToken = (after: string): string => `1${Buffer.from(after).toString('base64url')}`

function parseToken(token: string): string {
  const bytes = Buffer.from(token.slice(1), 'base64url')
  if (!token.startsWith('1') || bytes.length === 0 || bytes.toString('base64url') !== token.slice(1))
    throw new S3Error('InvalidArgument', {
      message: 'The continuation token provided is incorrect',
      details: { ArgumentName: 'continuation-token' },
    })
  return bytes.toString()
}
