import { type Answer, xmlAnswer } from '../../answer/answer.ts'
import { checksumElements, encryptionHeaders } from '../../answer/object-headers.ts'
import { formatIsoTime } from '../../answer/time-format.ts'
import { type ChecksumAlgorithm, parseChecksumAlgorithm } from '../../checksums/checksum.ts'
import { checkWrite, writeConditions } from '../../conditions/check-conditions.ts'
import { commitObject } from '../../object/commit-object.ts'
import { readDraft } from '../../object/object-draft.ts'
import { parseCopyRange } from '../../object/range.ts'
import { bucketOf, type S3Context } from '../../s3-context.ts'
import { S3Error } from '../../s3-error.ts'
import { headerOf, type S3Request } from '../../s3-request.ts'
import type { ObjectDraft } from '../../storage/object-record.ts'
import { commitPart, partNumberOf } from '../upload/upload-part.ts'
import { uploadOf } from '../upload/uploads.ts'
import { copyBody, findCopySource } from './copy-source.ts'

/**
 * CopyObject. Its answer begins when the copy is done.
 *
 * @throws S3Error NoSuchBucket, NoSuchKey, PreconditionFailed, InvalidRequest for a copy onto itself that changes nothing.
 */
export async function copyObject(context: S3Context, request: S3Request): Promise<Answer> {
  const conditions = writeConditions(request)
  const asked = readDraft(request)
  const target = bucketOf(context, request)
  const source = findCopySource(context, request)
  const replaces = directive(request, 'x-amz-metadata-directive') === 'REPLACE'
  const replacesTags = directive(request, 'x-amz-tagging-directive') === 'REPLACE'
  const { object } = source
  if (source.bucket === target && object.key === asked.key && !replaces && !changesMore(asked, request))
    throw new S3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    })
  checkWrite(target.find(asked.key), asked.key, conditions)
  const described = replaces ? asked : { headers: object.headers, metadata: object.metadata }
  const { tags: askedTags, ...others } = asked
  const tags = replacesTags ? askedTags : object.tags
  const draft: ObjectDraft = { ...others, headers: described.headers, metadata: described.metadata, ...(tags ? { tags } : {}) }
  const received = await copyBody(context, source, {
    range: { start: 0, end: object.sizeBytes },
    algorithm: askedAlgorithm(request) ?? object.checksum?.algorithm,
  })
  const { etag, checksum, modifiedAtMs } = commitObject(context, request, { draft, conditions, received })
  return xmlAnswer(
    'CopyObjectResult',
    { LastModified: formatIsoTime(modifiedAtMs), ETag: `"${etag}"`, ...checksumElements(checksum) },
    encryptionHeaders(draft),
  )
}

/** UploadPartCopy. @throws S3Error NoSuchBucket, NoSuchUpload, NoSuchKey, PreconditionFailed, InvalidArgument, InvalidRequest. */
export async function uploadPartCopy(context: S3Context, request: S3Request): Promise<Answer> {
  const number = partNumberOf(request)
  const upload = uploadOf(bucketOf(context, request), request)
  const source = findCopySource(context, request)
  const { sizeBytes } = source.object
  const header = headerOf(request, 'x-amz-copy-source-range')
  const range = header === undefined ? { start: 0, end: sizeBytes } : parseCopyRange(header, sizeBytes)
  if (!range)
    throw new S3Error('InvalidArgument', {
      message: `The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy, within the source's ${sizeBytes} bytes`,
      details: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header },
    })
  const received = await copyBody(context, source, { range, algorithm: upload.record.checksum?.algorithm })
  const part = commitPart(context, request, { number, received })
  return xmlAnswer('CopyPartResult', {
    LastModified: formatIsoTime(part.modifiedAtMs),
    ETag: `"${part.etag}"`,
    ...(part.checksum ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value } : {}),
  })
}

function directive(request: S3Request, name: string): 'COPY' | 'REPLACE' {
  const value = headerOf(request, name) ?? 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw new S3Error('InvalidArgument', { message: `Unknown directive.`, details: { ArgumentName: name, ArgumentValue: value } })
}

function askedAlgorithm(request: S3Request): ChecksumAlgorithm | undefined {
  const named = headerOf(request, 'x-amz-checksum-algorithm')
  const algorithm = named === undefined ? undefined : parseChecksumAlgorithm(named)
  if (named !== undefined && !algorithm) throw new S3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported.' })
  return algorithm
}

const changesMore = ({ encryption, headers, storageClass }: ObjectDraft, request: S3Request): boolean =>
  encryption !== undefined ||
  storageClass !== undefined ||
  headers['x-amz-website-redirect-location'] !== undefined ||
  headerOf(request, 'x-amz-checksum-algorithm') !== undefined
