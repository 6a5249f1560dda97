import { type Answer, xmlAnswer } from '../answer/answer.ts'
import { formatHttpTime } from '../answer/time-format.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request } from '../s3-request.ts'
import type { ObjectRecord } from '../storage/object-record.ts'
import type { XmlElements } from '../xml/write-xml.ts'
import { objectOf } from './get-object.ts'

const attributes = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']

/** GetObjectAttributes. @throws S3Error NoSuchBucket, NoSuchKey, InvalidArgument. */
export function getObjectAttributes(context: S3Context, request: S3Request): Answer {
  const object = objectOf(bucketOf(context, request), request)
  const asked = (headerOf(request, 'x-amz-object-attributes') ?? '').split(',').map((name) => name.trim())
  const unknown = asked.find((name) => !attributes.includes(name))
  if (unknown !== undefined)
    throw new S3Error('InvalidArgument', {
      message: 'Invalid attribute name specified.',
      details: { ArgumentName: 'x-amz-object-attributes', ArgumentValue: unknown },
    })
  const { checksum } = object
  const has = (name: string): boolean => asked.includes(name)
  return xmlAnswer(
    'GetObjectAttributesResponse',
    {
      ETag: has('ETag') ? object.etag : undefined,
      Checksum:
        has('Checksum') && checksum
          ? { [`Checksum${checksum.algorithm}`]: checksum.value.replace(/-\d+$/, ''), ChecksumType: checksum.type }
          : undefined,
      ObjectParts: has('ObjectParts') ? partsOf(object, request) : undefined,
      StorageClass: has('StorageClass') ? (object.storageClass ?? 'STANDARD') : undefined,
      ObjectSize: has('ObjectSize') ? object.sizeBytes : undefined,
    },
    { 'Last-Modified': formatHttpTime(object.modifiedAtMs) },
  )
}

function partsOf({ multipart, checksum }: ObjectRecord, request: S3Request): XmlElements | undefined {
  if (!multipart) return undefined
  const { parts } = multipart
  const most = headerNumber(request, 'x-amz-max-parts', 1_000)
  const marker = headerNumber(request, 'x-amz-part-number-marker', 0)
  // S3 tells the parts one by one only where they have checksums.
  const page = checksum ? parts.filter(({ number }) => number > marker).slice(0, most) : []
  const last = page.at(-1)?.number ?? marker
  return {
    PartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: last,
    MaxParts: most,
    IsTruncated: checksum !== undefined && last < (parts.at(-1)?.number ?? 0),
    Part: page.map((part) => ({
      PartNumber: part.number,
      Size: part.sizeBytes,
      ...(part.checksum ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value } : {}),
    })),
  }
}

function headerNumber(request: S3Request, name: string, fallback: number): number {
  const text = headerOf(request, name)
  if (text === undefined) return fallback
  if (!/^\d{1,9}$/.test(text)) throw new S3Error('InvalidArgument', { details: { ArgumentName: name, ArgumentValue: text } })
  return Number(text)
}
