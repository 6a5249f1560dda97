import { uriEncodePath } from '../../../sigv4/canonical/uri-encoding.ts'
import { type Answer, xmlAnswer } from '../../answer/answer.ts'
import { checksumElements, encryptionHeaders } from '../../answer/object-headers.ts'
import { statedChecksum } from '../../body/expected-digests.ts'
import { receiveXml } from '../../body/receive-xml.ts'
import { checksumAlgorithms } from '../../checksums/checksum.ts'
import { checkWrite, writeConditions } from '../../conditions/check-conditions.ts'
import { bucketOf, type S3Context } from '../../s3-context.ts'
import { S3Error } from '../../s3-error.ts'
import { headerOf, type S3Request } from '../../s3-request.ts'
import type { Bucket } from '../../storage/bucket.ts'
import type { ObjectRecord } from '../../storage/object-record.ts'
import { textOf, type XmlNode } from '../../xml/parse-xml.ts'
import { checkStated, choosePartsOf, type ListedPart, multipartChecksum, multipartEtag } from './multipart-object.ts'
import { uploadOf } from './uploads.ts'

/**
 * CompleteMultipartUpload. Asked again with the same parts, it gives the same answer, as S3 does.
 *
 * @throws S3Error NoSuchBucket, NoSuchUpload, MalformedXML, InvalidPart, InvalidPartOrder, EntityTooSmall, PreconditionFailed, BadDigest.
 */
export async function completeMultipartUpload(context: S3Context, request: S3Request): Promise<Answer> {
  if (!completedBefore(bucketOf(context, request), request)) uploadOf(bucketOf(context, request), request)
  const conditions = writeConditions(request)
  const document = await receiveXml(request, context.storage, { root: 'CompleteMultipartUpload', checksumOf: 'object' })
  const listed = readParts(document)
  const bucket = bucketOf(context, request)
  const before = completedBefore(bucket, request)
  if (before) return answerAgain(request, before, listed)
  const upload = uploadOf(bucket, request)
  const parts = choosePartsOf(listed, upload.parts, upload.record.id)
  const { id, initiatedAtMs: _, checksum: __, ...draft } = upload.record
  const checksum = multipartChecksum(upload.record, parts)
  checkType(request, upload.record.checksum?.type)
  checkStated(checksum, statedChecksum(request))
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0)
  checkSize(request, sizeBytes)
  checkWrite(bucket.find(draft.key), draft.key, conditions)
  const record: ObjectRecord = {
    ...draft,
    sizeBytes,
    etag: multipartEtag(parts),
    modifiedAtMs: context.now(),
    ...(checksum ? { checksum } : {}),
    multipart: { uploadId: id, parts },
  }
  bucket.completeUpload(upload, record)
  return answerWith(request, record)
}

/** The object that this upload has become, if it is still there. */
function completedBefore(bucket: Bucket, { key, query }: S3Request): ObjectRecord | undefined {
  const object = bucket.find(key)
  return object?.multipart !== undefined && object.multipart.uploadId === query.get('uploadId') ? object : undefined
}

/** A client that got no answer asks again: S3 gives the same answer, as long as it asks for the same. */
function answerAgain(request: S3Request, object: ObjectRecord, listed: readonly ListedPart[]): Answer {
  const parts = object.multipart?.parts ?? []
  const byNumber = new Map(parts.map((part) => [part.number, part]))
  const chosen = choosePartsOf(listed, byNumber, object.multipart?.uploadId ?? '')
  if (chosen.length !== parts.length) throw new S3Error('InvalidPart')
  return answerWith(request, object)
}

function answerWith(request: S3Request, object: ObjectRecord): Answer {
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    {
      Location: `http://${request.headers.host}/${request.bucket}/${uriEncodePath(object.key)}`,
      Bucket: request.bucket,
      Key: object.key,
      ETag: `"${object.etag}"`,
      ...checksumElements(object.checksum),
    },
    encryptionHeaders(object),
  )
}

function readParts(document: XmlNode | undefined): readonly ListedPart[] {
  const parts = document?.children.filter(({ name }) => name === 'Part') ?? []
  if (parts.length === 0 || parts.length > 10_000) throw new S3Error('MalformedXML')
  return parts.map((part) => {
    const [number, etag] = [textOf(part, 'PartNumber')?.trim() ?? '', textOf(part, 'ETag')?.trim()]
    if (!/^\d{1,9}$/.test(number) || etag === undefined) throw new S3Error('MalformedXML')
    const checksums = checksumAlgorithms.flatMap((algorithm) => textOf(part, `Checksum${algorithm}`) ?? [])
    return { number: Number(number), etag, ...(checksums[0] === undefined ? {} : { checksum: checksums[0] }) }
  })
}

function checkType(request: S3Request, type: string | undefined): void {
  const asked = headerOf(request, 'x-amz-checksum-type')?.toUpperCase()
  if (asked !== undefined && type !== undefined && asked !== type)
    throw new S3Error('InvalidRequest', { message: `The upload was created with the ${type} checksum type, not ${asked}.` })
}

function checkSize(request: S3Request, sizeBytes: number): void {
  const stated = headerOf(request, 'x-amz-mp-object-size')
  if (stated !== undefined && Number(stated) !== sizeBytes)
    throw new S3Error('InvalidRequest', {
      message: `The provided 'x-amz-mp-object-size' header does not match what was computed: ${sizeBytes}`,
    })
}
