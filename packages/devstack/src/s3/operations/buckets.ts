import { type Answer, emptyAnswer, xmlAnswer } from '../answer/answer.ts'
import { formatIsoTime } from '../answer/time-format.ts'
import { receiveXml } from '../body/receive-xml.ts'
import { bucketOf, owner, type S3Context } from '../s3-context.ts'
import { S3Error } from '../s3-error.ts'
import { type S3Request, wholeNumber } from '../s3-request.ts'
import { isBucketName } from '../storage/bucket-name.ts'
import { textOf } from '../xml/parse-xml.ts'

/** ListBuckets, in the order of the names. */
export function listBuckets({ storage, region }: S3Context, request: S3Request): Answer {
  const most = wholeNumber(request, 'max-buckets', { least: 1, most: 10_000, fallback: 10_000 })
  const prefix = request.query.get('prefix') ?? ''
  const after = request.query.get('continuation-token') ?? ''
  const found = [...storage.buckets.values()]
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const page = found.slice(0, most)
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: owner,
    Buckets: {
      Bucket: page.map(({ name, createdAtMs }) => ({ Name: name, CreationDate: formatIsoTime(createdAtMs), BucketRegion: region })),
    },
    ContinuationToken: page.length < found.length ? page.at(-1)?.name : undefined,
    Prefix: prefix === '' ? undefined : prefix,
  })
}

/** CreateBucket. @throws S3Error InvalidBucketName, IllegalLocationConstraintException, BucketAlreadyOwnedByYou, MalformedXML. */
export async function createBucket({ storage, region, now }: S3Context, request: S3Request): Promise<Answer> {
  const name = request.bucket
  const document = await receiveXml(request, storage, { root: 'CreateBucketConfiguration' })
  const constraint = document && textOf(document, 'LocationConstraint')
  if (constraint !== undefined && constraint !== '' && constraint !== region)
    throw new S3Error('IllegalLocationConstraintException', {
      message: `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    })
  if (!isBucketName(name)) throw new S3Error('InvalidBucketName', { details: { BucketName: name } })
  if (storage.buckets.has(name)) throw new S3Error('BucketAlreadyOwnedByYou', { details: { BucketName: name } })
  storage.createBucket(name, now())
  return emptyAnswer(200, { Location: `/${name}` })
}

/** HeadBucket. @throws S3Error NoSuchBucket. */
export function headBucket(context: S3Context, request: S3Request): Answer {
  bucketOf(context, request)
  return emptyAnswer(200, { 'x-amz-bucket-region': context.region, 'x-amz-access-point-alias': 'false' })
}

/** DeleteBucket. Uploads that are under way do not keep it. @throws S3Error NoSuchBucket, BucketNotEmpty. */
export function deleteBucket(context: S3Context, request: S3Request): Answer {
  const bucket = bucketOf(context, request)
  if (bucket.objects.size > 0) throw new S3Error('BucketNotEmpty', { details: { BucketName: bucket.name } })
  context.storage.deleteBucket(bucket)
  return emptyAnswer(204)
}

/** GetBucketLocation. @throws S3Error NoSuchBucket. */
export function getBucketLocation(context: S3Context, request: S3Request): Answer {
  bucketOf(context, request)
  // The first region has no name here.
  return xmlAnswer('LocationConstraint', context.region === 'us-east-1' ? '' : context.region)
}

/** GetBucketVersioning: there is none. @throws S3Error NoSuchBucket. */
export function getBucketVersioning(context: S3Context, request: S3Request): Answer {
  bucketOf(context, request)
  return xmlAnswer('VersioningConfiguration', {})
}
