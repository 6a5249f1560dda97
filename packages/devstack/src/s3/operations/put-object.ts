import { type Answer, emptyAnswer } from '../answer/answer.ts'
import { checksumHeaders, encryptionHeaders } from '../answer/object-headers.ts'
import { receiveBody } from '../body/receive-body.ts'
import { checkWrite, writeConditions } from '../conditions/check-conditions.ts'
import { commitObject } from '../object/commit-object.ts'
import { readDraft } from '../object/object-draft.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import type { S3Request } from '../s3-request.ts'

/** PutObject. Conditions are looked at before the body, to spare it, and again in the moment of the commit, where they count. */
export async function putObject(context: S3Context, request: S3Request): Promise<Answer> {
  const conditions = writeConditions(request)
  const draft = readDraft(request)
  checkWrite(bucketOf(context, request).find(draft.key), draft.key, conditions)
  const received = await receiveBody(request, context.storage)
  const { etag, checksum } = commitObject(context, request, { draft, conditions, received })
  return emptyAnswer(200, { ETag: `"${etag}"`, ...checksumHeaders(checksum), ...encryptionHeaders(draft) })
}
