import { type Answer, xmlAnswer } from '../answer.ts'
import { statedChecksum } from '../body/expected-digests.ts'
import { receiveXml } from '../body/receive-xml.ts'
import { checkWrite, writeConditions } from '../check-conditions.ts'
import { checksumAlgorithms } from '../checksums/checksum.ts'
import { checkStated, choosePartsOf, type ListedPart, multipartChecksum, multipartEtag } from '../multipart-object.ts'
import { checksumElements, encryptionHeaders } from '../object-headers.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request } from '../s3-request.ts'
import type { ObjectRecord } from '../storage/object-record.ts'
import { textOf, type XmlNode } from '../xml/parse-xml.ts'
import { uploadOf } from './uploads.ts'

/**
 * CompleteMultipartUpload. Of two that race, one gets NoSuchUpload.
 *
 * @throws S3Error NoSuchBucket, NoSuchUpload, MalformedXML, InvalidPart, InvalidPartOrder, EntityTooSmall, PreconditionFailed, BadDigest.
 */
export async function completeMultipartUpload(context: S3Context, request: S3Request): Promise<Answer> {
  uploadOf(bucketOf(context, request), request)
  const conditions = writeConditions(request)
  const document = await receiveXml(request, context.storage, { root: 'CompleteMultipartUpload', checksumOf: 'object' })
  const listed = readParts(document)
  const bucket = bucketOf(context, request)
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
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    {
      Location: `http://${request.incoming.headers.host}/${bucket.name}/${encodeURI(draft.key)}`,
      Bucket: bucket.name,
      Key: draft.key,
      ETag: `"${record.etag}"`,
      ...checksumElements(checksum),
    },
    encryptionHeaders(draft),
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
