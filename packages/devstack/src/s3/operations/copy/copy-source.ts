import { uriDecode } from '../../../sigv4/canonical/uri-encoding.ts'
import { BodyDigests, type Digests } from '../../body/body-digests.ts'
import { BodySink } from '../../body/body-sink.ts'
import type { ReceivedBody } from '../../body/receive-body.ts'
import type { ChecksumAlgorithm } from '../../checksums/checksum.ts'
import { checkCopySource } from '../../conditions/check-conditions.ts'
import type { ByteRange } from '../../object/range.ts'
import { bucketOf, type S3Context } from '../../s3-context.ts'
import { S3Error } from '../../s3-error.ts'
import { headerOf, type S3Request } from '../../s3-request.ts'
import type { Bucket } from '../../storage/bucket.ts'
import type { ObjectRecord } from '../../storage/object-record.ts'
import { objectOf } from '../get-object.ts'

/** An object that a request copies from. */
export interface CopySource {
  readonly bucket: Bucket
  readonly object: ObjectRecord
}

const readBytes = 1_048_576
const maxSizeBytes = 5 * 2 ** 30

/**
 * Finds the object that `x-amz-copy-source` names, if it meets the conditions.
 *
 * @throws S3Error InvalidArgument, NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed.
 */
export function findCopySource(context: S3Context, request: S3Request): CopySource {
  const source = headerOf(request, 'x-amz-copy-source') ?? ''
  const [rawPath = '', rawQuery = ''] = source.split('?', 2)
  const path = decode(rawPath.replace(/^\//, ''))
  const slash = path.indexOf('/')
  if (slash <= 0 || slash === path.length - 1)
    throw new S3Error('InvalidArgument', {
      message: 'Invalid copy source object key',
      details: { ArgumentName: 'x-amz-copy-source', ArgumentValue: source },
    })
  const bucket = bucketOf(context, { bucket: path.slice(0, slash) })
  const version = new URLSearchParams(rawQuery).get('versionId')
  const object = objectOf(bucket, { key: path.slice(slash + 1), query: new Map(version === null ? [] : [['versionId', version]]) })
  checkCopySource(object, request, context.now())
  return { bucket, object }
}

/** Copies the bytes of a range into a new body, as if they had been sent. @throws S3Error InvalidRequest for more than 5 GiB. */
export async function copyBody(
  context: S3Context,
  { bucket, object }: CopySource,
  { range, algorithm }: { readonly range: ByteRange; readonly algorithm: ChecksumAlgorithm | undefined },
): Promise<ReceivedBody> {
  const sizeBytes = range.end - range.start
  if (sizeBytes > maxSizeBytes)
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${maxSizeBytes}`,
    })
  const source = bucket.open(object, range)
  const digests = new BodyDigests({
    sha256: undefined,
    md5: undefined,
    checksum: algorithm === undefined ? undefined : { algorithm, value: undefined, trailing: false },
  })
  const sink = new BodySink(context.storage)
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(Math.min(readBytes, sizeBytes - sink.sizeBytes))
      const count = await source.read(buffer)
      if (count === 0) break
      const data = buffer.subarray(0, count)
      digests.update(data)
      sink.push(data)
      if (sink.isFull) await sink.drained()
    }
    const computed: Digests = digests.end()
    return { ...computed, body: await sink.end(), sizeBytes }
  } catch (error) {
    await sink.discard()
    throw error
  } finally {
    source.close()
  }
}

function decode(text: string): string {
  try {
    return uriDecode(text.replaceAll('+', ' '))
  } catch (error) {
    if (error instanceof URIError) throw new S3Error('InvalidArgument', { message: 'x-amz-copy-source is not valid percent-encoding' })
    throw error
  }
}
