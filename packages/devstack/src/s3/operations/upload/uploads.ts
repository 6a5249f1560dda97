import { randomBytes } from 'node:crypto'
import { type Answer, emptyAnswer, xmlAnswer } from '../../answer/answer.ts'
import { encryptionHeaders } from '../../answer/object-headers.ts'
import { type ChecksumType, parseChecksumAlgorithm } from '../../checksums/checksum.ts'
import { isCombinable } from '../../checksums/combine-crc.ts'
import { readDraft } from '../../object/object-draft.ts'
import { bucketOf, type S3Context } from '../../s3-context.ts'
import { S3Error } from '../../s3-error.ts'
import { headerOf, type S3Request } from '../../s3-request.ts'
import type { Bucket, OpenUpload } from '../../storage/bucket.ts'
import type { UploadRecord } from '../../storage/object-record.ts'

/** CreateMultipartUpload. @throws S3Error NoSuchBucket, InvalidRequest, and those of an object's headers. */
export function createMultipartUpload(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  const checksum = readUploadChecksum(request)
  const record: UploadRecord = {
    ...readDraft(request),
    // They sort by the time at which they began.
    id: `${context.now().toString(36).padStart(9, '0')}.${randomBytes(18).toString('base64url')}`,
    initiatedAtMs: context.now(),
    ...(checksum ? { checksum } : {}),
  }
  bucket.startUpload(record)
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: record.key, UploadId: record.id },
    {
      ...encryptionHeaders(record),
      ...(checksum ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type } : {}),
    },
  )
}

/** AbortMultipartUpload. @throws S3Error NoSuchBucket, NoSuchUpload. */
export function abortMultipartUpload(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  bucket.abortUpload(uploadOf(bucket, request))
  return emptyAnswer(204)
}

/** The upload that a request names, for the key that it names. @throws S3Error NoSuchUpload. */
export function uploadOf(bucket: Bucket, { query, key }: Pick<S3Request, 'query' | 'key'>): OpenUpload {
  const id = query.get('uploadId') ?? ''
  const found = bucket.uploads.get(id)
  if (found?.record.key !== key) throw new S3Error('NoSuchUpload', { details: { UploadId: id } })
  return found
}

function readUploadChecksum(request: S3Request): UploadRecord['checksum'] {
  const named = headerOf(request, 'x-amz-checksum-algorithm')
  const type = headerOf(request, 'x-amz-checksum-type')?.toUpperCase()
  if (named === undefined) {
    if (type !== undefined) throw invalid('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.')
    return undefined
  }
  const algorithm = parseChecksumAlgorithm(named)
  if (!algorithm)
    throw invalid(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  const chosen: string = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  if (!isType(chosen)) throw invalid('Value for x-amz-checksum-type header is invalid.')
  const impossible = chosen === 'FULL_OBJECT' ? !isCombinable(algorithm) : algorithm === 'CRC64NVME'
  if (impossible) throw invalid(`The ${chosen} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`)
  return { algorithm, type: chosen }
}

const isType = (text: string): text is ChecksumType => text === 'FULL_OBJECT' || text === 'COMPOSITE'
const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message })
