import { type Answer, emptyAnswer, xmlAnswer } from '../answer/answer.ts'
import { receiveXml } from '../body/receive-xml.ts'
import { parseTagDocument } from '../object/tags.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import type { S3Request } from '../s3-request.ts'
import { objectOf } from './get-object.ts'

/** GetObjectTagging. @throws S3Error NoSuchBucket, NoSuchKey. */
export function getObjectTagging(context: S3Context, request: S3Request): Answer {
  const { tags = {} } = objectOf(bucketOf(context, request), request)
  return xmlAnswer('Tagging', { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } })
}

/** PutObjectTagging. @throws S3Error NoSuchBucket, NoSuchKey, InvalidTag, MalformedXML. */
export async function putObjectTagging(context: S3Context, request: S3Request): Promise<Answer> {
  objectOf(bucketOf(context, request), request)
  const tags = parseTagDocument(await receiveXml(request, context.storage, { root: 'Tagging' }))
  const bucket = bucketOf(context, request)
  bucket.update({ ...objectOf(bucket, request), tags })
  return emptyAnswer(200)
}

/** DeleteObjectTagging. @throws S3Error NoSuchBucket, NoSuchKey. */
export function deleteObjectTagging(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  const { tags: _, ...others } = objectOf(bucket, request)
  bucket.update(others)
  return emptyAnswer(204)
}
