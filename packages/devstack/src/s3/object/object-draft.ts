import { checkKey } from '../route/address.ts'
import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request } from '../s3-request.ts'
import { keptHeaders, type ObjectDraft } from '../storage/object-record.ts'
import { parseTagHeader } from './tags.ts'

const maxMetadataBytes = 2_048
const storageClasses: ReadonlySet<string> = new Set(
  'STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER DEEP_ARCHIVE GLACIER_IR'.split(' '),
)
const cannedAcls: ReadonlySet<string> = new Set(['private', 'bucket-owner-full-control'])
const unserved =
  /^x-amz-(server-side-encryption-(aws-kms|bucket-key|context|customer)|copy-source-server-side-encryption|object-lock|write-offset)/

/**
 * What the headers of a request say of the object that it makes.
 *
 * @throws S3Error for what is not allowed or not served.
 */
export function readDraft(request: S3Request): ObjectDraft {
  const { headers } = request
  const kept: Record<string, string> = {}
  const metadata: Record<string, string> = {}
  let metadataBytes = 0
  for (const name of keptHeaders) {
    const value = headerOf(request, name)
    if (value !== undefined) kept[name] = value
  }
  for (const name in headers) {
    if (!name.startsWith('x-amz-')) continue
    if (name.startsWith('x-amz-meta-')) {
      const value = headerOf(request, name) ?? ''
      metadata[name.slice(11)] = value
      metadataBytes += name.length - 11 + value.length
    } else if (unserved.test(name)) throw new S3Error('NotImplemented', { details: { Header: name } })
    else if (name.startsWith('x-amz-grant-')) throw new S3Error('AccessControlListNotSupported')
  }
  if (metadataBytes > maxMetadataBytes)
    throw new S3Error('MetadataTooLarge', { details: { Size: metadataBytes, MaxSizeAllowed: maxMetadataBytes } })
  const acl = headerOf(request, 'x-amz-acl')
  if (acl !== undefined && !cannedAcls.has(acl)) throw new S3Error('AccessControlListNotSupported')
  const tagging = headerOf(request, 'x-amz-tagging')
  return {
    key: checkKey(request.key),
    headers: withoutAwsChunked(kept),
    metadata,
    ...readEncryption(request),
    ...readStorageClass(request),
    ...(tagging === undefined ? {} : { tags: parseTagHeader(tagging) }),
  }
}

function withoutAwsChunked(headers: Record<string, string>): Record<string, string> {
  const encoding = headers['content-encoding']
  if (encoding === undefined) return headers
  const { 'content-encoding': _, ...others } = headers
  const left = encoding.split(',').map((each) => each.trim())
  const own = left.filter((each) => each !== 'aws-chunked' && each !== '')
  return own.length === 0 ? others : { ...others, 'content-encoding': own.join(',') }
}

function readEncryption(request: S3Request): { readonly encryption?: 'AES256' } {
  const encryption = headerOf(request, 'x-amz-server-side-encryption')
  if (encryption === undefined) return {}
  if (encryption === 'AES256') return { encryption }
  if (encryption.startsWith('aws:')) throw new S3Error('NotImplemented', { details: { Header: 'x-amz-server-side-encryption' } })
  throw new S3Error('InvalidEncryptionAlgorithmError', { details: { ArgumentValue: encryption } })
}

function readStorageClass(request: S3Request): { readonly storageClass?: string } {
  const storageClass = headerOf(request, 'x-amz-storage-class')
  if (storageClass === undefined || storageClass === 'STANDARD') return {}
  if (!storageClasses.has(storageClass)) throw new S3Error('InvalidStorageClass', { details: { StorageClassRequested: storageClass } })
  return { storageClass }
}
