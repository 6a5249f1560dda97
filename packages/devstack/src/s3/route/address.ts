import { uriDecode } from '../../sigv4/canonical/uri-encoding.ts'
import { S3Error } from '../s3-error.ts'

/** Which bucket and which key a request is for. */
export interface Address {
  readonly bucket: string | undefined
  readonly key: string | undefined
}

const maxKeyBytes = 1_024
/** `bucket.localhost`, `bucket.s3.localhost`, `bucket.s3.eu-north-1.amazonaws.com`: what a client makes of a bucket and a host. */
const virtualHost = /^(?<bucket>.+?)\.(?:s3[.-](?:[a-z0-9.-]+\.)?amazonaws\.com|(?:s3\.)?localhost)(?::\d+)?$/

/**
 * Reads bucket and key from a path (`/bucket/key`), or the bucket from the host. Nothing is normalised: `..` and `//` are part of a key.
 *
 * @throws S3Error InvalidURI, KeyTooLongError.
 */
export function parseAddress(rawPath: string, host: string): Address {
  const hosted = host.startsWith('127.') ? undefined : virtualHost.exec(host)?.groups?.bucket
  const slash = rawPath.indexOf('/', 1)
  const [rawBucket, rawKey] =
    hosted === undefined
      ? slash === -1
        ? [rawPath.slice(1), '']
        : [rawPath.slice(1, slash), rawPath.slice(slash + 1)]
      : ['', rawPath.slice(1)]
  const bucket = hosted ?? decode(rawBucket)
  if (bucket === '') return { bucket: undefined, key: undefined }
  return { bucket, key: rawKey === '' ? undefined : checkKey(decode(rawKey)) }
}

/** Gives a key back that is not too long. @throws S3Error KeyTooLongError. */
export function checkKey(key: string): string {
  if (key.length * 3 > maxKeyBytes) {
    const sizeBytes = Buffer.byteLength(key)
    if (sizeBytes > maxKeyBytes) throw new S3Error('KeyTooLongError', { details: { Size: sizeBytes, MaxSizeAllowed: maxKeyBytes } })
  }
  return key
}

function decode(text: string): string {
  try {
    return uriDecode(text)
  } catch (error) {
    if (error instanceof URIError) throw new S3Error('InvalidURI', { details: { URI: text } })
    throw error
  }
}
