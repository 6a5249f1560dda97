import { type Answer, emptyAnswer } from '../../answer/answer.ts'
import { checksumHeaders } from '../../answer/object-headers.ts'
import { discardBody, type ReceivedBody, receiveBody } from '../../body/receive-body.ts'
import { bucketOf, type S3Context } from '../../s3-context.ts'
import { S3Error } from '../../s3-error.ts'
import { type S3Request, wholeNumber } from '../../s3-request.ts'
import type { PartRecord, UploadRecord } from '../../storage/object-record.ts'
import { uploadOf } from './uploads.ts'

/** UploadPart. @throws S3Error NoSuchBucket, NoSuchUpload, InvalidArgument, InvalidRequest, and those of the body. */
export async function uploadPart(context: S3Context, request: S3Request): Promise<Answer> {
  const number = partNumberOf(request)
  uploadOf(bucketOf(context, request), request)
  const received = await receiveBody(request, context.storage)
  const part = commitPart(context, request, { number, received })
  return emptyAnswer(200, { ETag: `"${part.etag}"`, ...checksumHeaders(received.checksum) })
}

/** The number of the part that a request is for. @throws S3Error InvalidArgument. */
export function partNumberOf(request: S3Request): number {
  const number = wholeNumber(request, 'partNumber', { least: 1, most: 10_000, fallback: 0 })
  if (number === 0 || !request.query.has('uploadId'))
    throw new S3Error('InvalidArgument', { message: 'This operation does not accept a request without a part number and an upload ID.' })
  return number
}

/** Commits what was received as a part, if the upload is still under way. @throws S3Error NoSuchUpload, InvalidRequest. */
export function commitPart(
  context: S3Context,
  request: S3Request,
  { number, received }: { readonly number: number; readonly received: ReceivedBody },
): PartRecord {
  try {
    const bucket = bucketOf(context, request)
    const upload = uploadOf(bucket, request)
    const { etag, sizeBytes, checksum } = received
    checkAlgorithm(upload.record, received)
    const part: PartRecord = { number, sizeBytes, etag, modifiedAtMs: context.now(), ...(checksum ? { checksum } : {}) }
    bucket.putPart(upload, part, received.body)
    return part
  } catch (error) {
    discardBody(received, context.storage)
    throw error
  }
}

/** A part of an upload with checksums needs one, of the same algorithm: otherwise the whole would have none. */
function checkAlgorithm({ checksum: expected }: UploadRecord, { checksum }: ReceivedBody): void {
  if (!expected || expected.algorithm === checksum?.algorithm) return
  throw new S3Error('InvalidRequest', {
    message: `Checksum Type mismatch occurred, expected checksum Type: ${expected.algorithm.toLowerCase()}, actual checksum Type: ${checksum?.algorithm.toLowerCase() ?? 'null'}`,
  })
}
