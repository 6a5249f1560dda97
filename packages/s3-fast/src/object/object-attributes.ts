import type { Header } from '../send/s3-request.ts'
import { textToHeader } from './header-text.ts'

/** What is stored with an object beside its bytes. */
export interface ObjectAttributes {
  /** Default: what S3 gives to objects without one, `binary/octet-stream`. */
  readonly contentType?: string | undefined
  /** The object's own metadata: names of letters, digits and `-`, which S3 keeps in lower case; values of any Unicode. At most 2 KB in all. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** `AES256`, `aws:kms` with the account's key, or a key of KMS by its id or ARN. Default: what the bucket does. */
  readonly encryption?: 'AES256' | 'aws:kms' | { readonly kmsKeyId: string } | undefined
  /** Such as `STANDARD_IA`. Default `STANDARD`. */
  readonly storageClass?: string | undefined
}

/** In the metadata of a write that creates only: tells who wrote, should the answer be lost. Never shown to callers. */
export const creatorMetadata = 'millrace-creator'

/**
 * The headers that store these attributes.
 *
 * @throws TypeError for a name or a value that no header can hold; RangeError for more metadata than S3 takes.
 */
export function attributeHeaders({ contentType, metadata, encryption, storageClass }: ObjectAttributes): Header[] {
  const headers: Header[] = []
  if (contentType !== undefined) headers.push(['content-type', headerValue(contentType, 'content type')])
  if (storageClass !== undefined) headers.push(['x-amz-storage-class', headerValue(storageClass, 'storage class')])
  if (encryption !== undefined) headers.push(...encryptionHeaders(encryption))
  if (metadata !== undefined) headers.push(...metadataHeaders(metadata))
  return headers
}

const maxMetadataBytes = 2_048

function metadataHeaders(metadata: Readonly<Record<string, string>>): Header[] {
  let sizeBytes = 0
  const headers = Object.entries(metadata).map(([name, value]): Header => {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
      throw new TypeError(`${JSON.stringify(name)} cannot be the name of an object's metadata: letters, digits and "-".`)
    if (typeof value !== 'string') throw new TypeError(`The metadata ${JSON.stringify(name)} is not a string.`)
    if (!value.isWellFormed()) throw new TypeError(`The metadata ${JSON.stringify(name)} has half of a surrogate pair.`)
    const text = textToHeader(value)
    sizeBytes += name.length + text.length
    return [`x-amz-meta-${name.toLowerCase()}`, text]
  })
  if (sizeBytes > maxMetadataBytes)
    throw new RangeError(`An object's metadata may have ${maxMetadataBytes} bytes as it is sent, and this has ${sizeBytes}.`)
  return headers
}

function encryptionHeaders(encryption: NonNullable<ObjectAttributes['encryption']>): Header[] {
  if (encryption === 'AES256' || encryption === 'aws:kms') return [['x-amz-server-side-encryption', encryption]]
  if (typeof encryption !== 'object' || typeof encryption.kmsKeyId !== 'string')
    throw new TypeError('encryption is "AES256", "aws:kms" or { kmsKeyId }.')
  return [
    ['x-amz-server-side-encryption', 'aws:kms'],
    ['x-amz-server-side-encryption-aws-kms-key-id', headerValue(encryption.kmsKeyId, 'key id')],
  ]
}

function headerValue(text: string, what: string): string {
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text))
    throw new TypeError(`${JSON.stringify(text)} cannot be sent as a ${what}: printable ASCII without surrounding space.`)
  return text
}
