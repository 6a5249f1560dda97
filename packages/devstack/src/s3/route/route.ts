import { S3Error } from '../s3-error.ts'
import type { OperationName } from './operation-name.ts'

/** What decides which operation a request asks for. */
export interface Target {
  readonly method: string
  readonly bucket: string | undefined
  readonly key: string | undefined
  readonly query: ReadonlyMap<string, string>
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Parameters that turn a request for a bucket or an object into one for something of it that is not kept here. */
const unserved: ReadonlySet<string> = new Set(
  'accelerate acl analytics cors encryption intelligent-tiering inventory legal-hold lifecycle logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore retention select torrent versions website'.split(
    ' ',
  ),
)

/**
 * The operation that a request asks for. Parameters that are not known are passed over, as S3 does.
 *
 * @throws S3Error NotImplemented for what S3 has and this server has not, MethodNotAllowed for what S3 has not either.
 */
export function routeRequest(target: Target): OperationName {
  const { method, bucket, key, query } = target
  if (bucket === undefined) {
    if (method === 'GET') return 'ListBuckets'
    throw new S3Error('MethodNotAllowed', { details: { Method: method, ResourceType: 'SERVICE' } })
  }
  if (query.size > 0) for (const name of query.keys()) if (unserved.has(name)) throw notImplemented(name)
  const operation = key === undefined ? routeBucket(target) : routeObject(target)
  if (operation !== undefined) return operation
  throw new S3Error('MethodNotAllowed', { details: { Method: method, ResourceType: key === undefined ? 'BUCKET' : 'OBJECT' } })
}

function routeBucket({ method, query }: Target): OperationName | undefined {
  if (query.has('tagging')) throw notImplemented('tagging')
  switch (method) {
    case 'GET':
      if (query.has('location')) return 'GetBucketLocation'
      if (query.has('versioning')) return 'GetBucketVersioning'
      if (query.has('uploads')) return 'ListMultipartUploads'
      return query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects'
    case 'HEAD':
      return 'HeadBucket'
    case 'PUT':
      if (query.has('versioning')) throw notImplemented('versioning')
      return 'CreateBucket'
    case 'DELETE':
      return 'DeleteBucket'
    case 'POST':
      if (query.has('delete')) return 'DeleteObjects'
      throw new S3Error('NotImplemented', { message: 'Uploads by HTML forms are not implemented.' })
    default:
      return undefined
  }
}

function routeObject({ method, query, headers }: Target): OperationName | undefined {
  switch (method) {
    case 'GET':
      if (query.size === 0) return 'GetObject'
      if (query.has('uploadId')) return 'ListParts'
      if (query.has('tagging')) return 'GetObjectTagging'
      return query.has('attributes') ? 'GetObjectAttributes' : 'GetObject'
    case 'HEAD':
      return 'HeadObject'
    case 'PUT':
      if (query.has('tagging')) return 'PutObjectTagging'
      if (query.has('uploadId') || query.has('partNumber'))
        return headers['x-amz-copy-source'] === undefined ? 'UploadPart' : 'UploadPartCopy'
      return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject'
    case 'DELETE':
      if (query.has('tagging')) return 'DeleteObjectTagging'
      return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
    case 'POST':
      if (query.has('uploads')) return 'CreateMultipartUpload'
      return query.has('uploadId') ? 'CompleteMultipartUpload' : undefined
    default:
      return undefined
  }
}

const notImplemented = (name: string): S3Error => new S3Error('NotImplemented', { details: { Header: name } })
