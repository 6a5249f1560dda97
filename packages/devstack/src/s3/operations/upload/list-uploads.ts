import { type Answer, xmlAnswer } from '../../answer/answer.ts'
import { formatIsoTime } from '../../answer/time-format.ts'
import { bucketOf, owner, type S3Context } from '../../s3-context.ts'
import { type S3Request, wholeNumber } from '../../s3-request.ts'
import { listUploadsPage } from '../../storage/listing/list-uploads-page.ts'
import type { PartRecord } from '../../storage/object-record.ts'
import type { XmlElements } from '../../xml/write-xml.ts'
import { readEncoding } from '../list-objects.ts'
import { uploadOf } from './uploads.ts'

const mostInPage = 1_000

/** ListParts, in the order of their numbers. @throws S3Error NoSuchBucket, NoSuchUpload, InvalidArgument. */
export function listParts(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  const { record, parts } = uploadOf(bucket, request)
  const most = Math.min(mostInPage, wholeNumber(request, 'max-parts', { least: 0, most: 2_147_483_647, fallback: mostInPage }))
  const marker = wholeNumber(request, 'part-number-marker', { least: 0, most: 2_147_483_647, fallback: 0 })
  const found = [...parts.values()].filter(({ number }) => number > marker).sort((a, b) => a.number - b.number)
  const page = found.slice(0, most)
  return xmlAnswer('ListPartsResult', {
    Bucket: bucket.name,
    Key: readEncoding(request)(record.key),
    UploadId: record.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: most,
    IsTruncated: most > 0 && page.length < found.length,
    ChecksumAlgorithm: record.checksum?.algorithm,
    ChecksumType: record.checksum?.type,
    Part: page.map(partElements),
    Initiator: owner,
    Owner: owner,
    StorageClass: record.storageClass ?? 'STANDARD',
  })
}

/** ListMultipartUploads, by key and then by the time at which they began. @throws S3Error NoSuchBucket, InvalidArgument. */
export function listMultipartUploads(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  const { query } = request
  const encode = readEncoding(request)
  const [prefix, delimiter, keyMarker] = [query.get('prefix') ?? '', query.get('delimiter') ?? '', query.get('key-marker') ?? '']
  const idMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '')
  const most = wholeNumber(request, 'max-uploads', { least: 1, most: mostInPage, fallback: mostInPage })
  const uploads = [...bucket.uploads.values()].map(({ record }) => record)
  const page = listUploadsPage(uploads, { prefix, delimiter, keyMarker, idMarker, maxUploads: most })
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: query.get('upload-id-marker') ?? '',
    NextKeyMarker: page.next && encode(page.next.keyMarker),
    NextUploadIdMarker: page.next?.idMarker,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: query.get('encoding-type'),
    MaxUploads: most,
    IsTruncated: page.next !== undefined,
    Upload: page.uploads.map((record) => ({
      Key: encode(record.key),
      UploadId: record.id,
      Initiator: owner,
      Owner: owner,
      StorageClass: record.storageClass ?? 'STANDARD',
      Initiated: formatIsoTime(record.initiatedAtMs),
      ChecksumAlgorithm: record.checksum?.algorithm,
      ChecksumType: record.checksum?.type,
    })),
    CommonPrefixes: page.commonPrefixes.map((each) => ({ Prefix: encode(each) })),
  })
}

/** A part as listings tell it. */
function partElements({ number, modifiedAtMs, etag, sizeBytes, checksum }: PartRecord): XmlElements {
  return {
    PartNumber: number,
    LastModified: formatIsoTime(modifiedAtMs),
    ETag: `"${etag}"`,
    Size: sizeBytes,
    ...(checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value } : {}),
  }
}
