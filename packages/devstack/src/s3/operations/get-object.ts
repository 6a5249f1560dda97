import { type Answer, emptyAnswer } from '../answer/answer.ts'
import { checksumHeaders, objectHeaders } from '../answer/object-headers.ts'
import { decideRead } from '../conditions/conditions.ts'
import { type ByteRange, evaluateRange } from '../object/range.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request, wholeNumber } from '../s3-request.ts'
import type { Bucket } from '../storage/bucket.ts'
import type { ObjectRecord, PartRecord } from '../storage/object-record.ts'

/** Up to this size a body is read at once: that is quicker than to wait for it. */
const readAtOnceBytes = 262_144

/** The object that a request is for. @throws S3Error NoSuchKey, NoSuchVersion. */
export function objectOf(bucket: Bucket, { key, query }: Pick<S3Request, 'key' | 'query'>): ObjectRecord {
  const version = query.get('versionId')
  const found = bucket.find(key)
  if (!found) throw new S3Error('NoSuchKey', { details: { Key: key } })
  if (version !== undefined && version !== 'null') throw new S3Error('NoSuchVersion', { details: { Key: key, VersionId: version } })
  return found
}

/** GetObject and HeadObject. @throws S3Error NoSuchBucket, NoSuchKey, PreconditionFailed, InvalidRange, InvalidArgument, InvalidRequest. */
export function getObject(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  const object = objectOf(bucket, request)
  const headers = objectHeaders(object)
  const decision = decideRead(
    object,
    {
      ifMatch: headerOf(request, 'if-match'),
      ifNoneMatch: headerOf(request, 'if-none-match'),
      ifModifiedSince: headerOf(request, 'if-modified-since'),
      ifUnmodifiedSince: headerOf(request, 'if-unmodified-since'),
    },
    context.now(),
  )
  if (decision === 'not-modified') return emptyAnswer(304, headers)
  if (decision !== 'proceed') throw new S3Error('PreconditionFailed', { details: { Condition: decision.failed } })
  const asked = askedRange(object, request)
  overrideHeaders(request, headers)
  if (headerOf(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') Object.assign(headers, askedChecksum(object, asked))
  const range = asked.range ?? { start: 0, end: object.sizeBytes }
  const sizeBytes = range.end - range.start
  if (asked.range) headers['Content-Range'] = `bytes ${range.start}-${range.end - 1}/${object.sizeBytes}`
  if (asked.parts !== undefined) headers['x-amz-mp-parts-count'] = String(asked.parts)
  const status = asked.range ? 206 : 200
  if (request.incoming.method === 'HEAD') return { status, headers, headSizeBytes: sizeBytes }
  const source = bucket.open(object, range)
  if (sizeBytes > readAtOnceBytes) return { status, headers, body: source }
  try {
    return { status, headers, body: source.readAllSync() }
  } finally {
    source.close()
  }
}

interface AskedRange {
  readonly range?: ByteRange
  /** Where a part was asked for by its number. */
  readonly part?: PartRecord
  readonly parts?: number
}

function askedRange(object: ObjectRecord, request: S3Request): AskedRange {
  const header = headerOf(request, 'range')
  if (request.query.has('partNumber')) {
    if (header !== undefined)
      throw new S3Error('InvalidRequest', { message: 'Cannot specify both Range header and partNumber query parameter' })
    return askedPart(object, wholeNumber(request, 'partNumber', { least: 1, most: 10_000, fallback: 1 }))
  }
  const range = evaluateRange(header, object.sizeBytes)
  if (range === 'unsatisfiable')
    throw new S3Error('InvalidRange', { details: { RangeRequested: header, ActualObjectSize: object.sizeBytes } })
  return range === 'whole' ? {} : { range }
}

/** Parts are counted from 1 in their order, whatever their numbers were. */
function askedPart(object: ObjectRecord, number: number): AskedRange {
  const parts = object.multipart?.parts
  const part = parts?.[number - 1]
  if (!parts && number === 1) return object.sizeBytes === 0 ? {} : { range: { start: 0, end: object.sizeBytes } }
  if (!parts || !part)
    throw new S3Error('InvalidRange', {
      message: 'The requested partnumber is not satisfiable',
      details: { PartNumberRequested: number, ActualPartCount: parts?.length ?? 1 },
    })
  const start = parts.slice(0, number - 1).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { range: { start, end: start + part.sizeBytes }, part, parts: parts.length }
}

/** A checksum is told only where it is that of all the bytes that are sent. */
function askedChecksum(object: ObjectRecord, { range, part }: AskedRange): Record<string, string> {
  if (part) return checksumHeaders(part.checksum)
  return range && range.end - range.start < object.sizeBytes ? {} : checksumHeaders(object.checksum)
}

const overrides = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type', 'expires']

function overrideHeaders({ query }: S3Request, headers: Record<string, string>): void {
  if (query.size === 0) return
  for (const name of overrides) {
    const value = query.get(`response-${name}`)
    if (value !== undefined) headers[name] = value
  }
}
