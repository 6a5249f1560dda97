import { discardBody, type ReceivedBody } from '../body/receive-body.ts'
import { checkWrite } from '../conditions/check-conditions.ts'
import type { Conditions } from '../conditions/conditions.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import type { S3Request } from '../s3-request.ts'
import type { ObjectDraft, ObjectRecord } from '../storage/object-record.ts'

/**
 * Makes an object of what came, where its conditions hold in this moment; else what came is removed.
 *
 * @throws S3Error NoSuchBucket, NoSuchKey, PreconditionFailed.
 */
export function commitObject(
  context: S3Context,
  request: S3Request,
  { draft, conditions, received }: { readonly draft: ObjectDraft; readonly conditions: Conditions; readonly received: ReceivedBody },
): ObjectRecord {
  try {
    const bucket = bucketOf(context, request)
    checkWrite(bucket.find(draft.key), draft.key, conditions)
    const { etag, sizeBytes, checksum, body } = received
    const record: ObjectRecord = { ...draft, sizeBytes, etag, modifiedAtMs: context.now(), ...(checksum ? { checksum } : {}) }
    bucket.put(record, body)
    return record
  } catch (error) {
    discardBody(received, context.storage)
    throw error
  }
}
