import { type Answer, emptyAnswer, xmlAnswer } from '../answer/answer.ts'
import { receiveXml } from '../body/receive-xml.ts'
import { checkWrite } from '../conditions/check-conditions.ts'
import { checkKey } from '../route/address.ts'
import { bucketOf, type S3Context } from '../s3-context.ts'
import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request } from '../s3-request.ts'
import type { Bucket } from '../storage/bucket.ts'
import { textOf, type XmlNode } from '../xml/parse-xml.ts'

const mostKeys = 1_000

/** DeleteObject. There need not be one. @throws S3Error NoSuchBucket, PreconditionFailed. */
export function deleteObject(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  const { key } = request
  checkWrite(bucket.find(key), key, { ifMatch: headerOf(request, 'if-match') })
  if (isCurrentVersion(request.query.get('versionId'))) bucket.delete(key)
  return emptyAnswer(204)
}

/** DeleteObjects: up to 1,000 keys, each with an answer of its own. @throws S3Error NoSuchBucket, MalformedXML, InvalidRequest, and those of the body. */
export async function deleteObjects(context: S3Context, request: S3Request): Promise<Answer> {
  bucketOf(context, request)
  const document = await receiveXml(request, context.storage, { root: 'Delete' })
  const objects = document?.children.filter(({ name }) => name === 'Object') ?? []
  if (!document || objects.length === 0 || objects.length > mostKeys) throw new S3Error('MalformedXML')
  const bucket = bucketOf(context, request)
  const outcomes = objects.map((object) => deleteOne(bucket, object))
  const quiet = textOf(document, 'Quiet')?.trim().toLowerCase() === 'true'
  return xmlAnswer('DeleteResult', {
    Deleted: quiet ? undefined : outcomes.flatMap((outcome) => ('Code' in outcome ? [] : [outcome])),
    Error: outcomes.flatMap((outcome) => ('Code' in outcome ? [outcome] : [])),
  })
}

type Outcome =
  | { readonly Key: string; readonly VersionId?: string }
  | { readonly Key: string; readonly Code: string; readonly Message: string }

function deleteOne(bucket: Bucket, object: XmlNode): Outcome {
  const key = textOf(object, 'Key')
  if (key === undefined || key === '') throw new S3Error('MalformedXML')
  const version = textOf(object, 'VersionId')
  try {
    checkWrite(bucket.find(checkKey(key)), key, { ifMatch: textOf(object, 'ETag') })
    if (isCurrentVersion(version)) bucket.delete(key)
    return version === undefined ? { Key: key } : { Key: key, VersionId: version }
  } catch (error) {
    if (error instanceof S3Error) return { Key: key, Code: error.code, Message: error.message }
    throw error
  }
}

/** Objects have no versions but the one whose name is `null`. */
const isCurrentVersion = (version: string | undefined): boolean => version === undefined || version === '' || version === 'null'
