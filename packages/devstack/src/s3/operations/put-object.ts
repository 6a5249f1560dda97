import { type Answer, emptyAnswer } from '../answer/answer.ts'
import { checksumHeaders, encryptionHeaders } from '../answer/object-headers.ts'
import { discardBody, receiveBody } from '../body/receive-body.ts'
import { checkWrite, writeConditions } from '../conditions/check-conditions.ts'
import { readDraft } from '../object/object-draft.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import type { S3Request } from '../s3-request.ts'
import type { ObjectRecord } from '../storage/object-record.ts'

/** PutObject. Conditions are looked at before the body, to spare it, and again in the moment of the commit, where they count. */
export async function putObject(context: S3Context, request: S3Request): Promise<Answer> {
  const conditions = writeConditions(request)
  const draft = readDraft(request)
  checkWrite(bucketOf(context, request).find(draft.key), draft.key, conditions)
  const received = await receiveBody(request, context.storage)
  try {
    const bucket = bucketOf(context, request)
    checkWrite(bucket.find(draft.key), draft.key, conditions)
    const { etag, sizeBytes, checksum, body } = received
    const record: ObjectRecord = { ...draft, sizeBytes, etag, modifiedAtMs: context.now(), ...(checksum ? { checksum } : {}) }
    bucket.put(record, body)
    return emptyAnswer(200, { ETag: `"${etag}"`, ...checksumHeaders(checksum), ...encryptionHeaders(draft) })
  } catch (error) {
    discardBody(received, context.storage)
    throw error
  }
}
