import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumHeader,
  checksumSizeBytes,
  parseChecksumAlgorithm,
} from '../checksums/checksum.ts'
import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request } from '../s3-request.ts'

/** What a body must come to, as its request says. */
export interface ExpectedDigests {
  /** In hexadecimal. */
  readonly sha256: string | undefined
  /** In base64. */
  readonly md5: string | undefined
  /** The checksum to keep: its value is in a header, in a trailing header, or left to us. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string | undefined; readonly trailing: boolean } | undefined
}

/**
 * Reads what a request says of its body. With `'object'` the checksum in its headers is not the body's.
 *
 * @throws S3Error InvalidDigest, InvalidRequest, InvalidArgument.
 */
export function readExpectedDigests(request: S3Request, checksumOf: 'body' | 'object' = 'body'): ExpectedDigests {
  const md5 = headerOf(request, 'content-md5')
  if (md5 !== undefined && !isBase64Of(md5, 16)) throw new S3Error('InvalidDigest', { details: { 'Content-MD5': md5 } })
  const { payloadHash } = request.signature
  return {
    sha256: payloadHash.length === 64 ? payloadHash : undefined,
    md5,
    checksum: checksumOf === 'body' ? readChecksum(request) : undefined,
  }
}

/** The checksum that a request states in a header, or `undefined`. @throws S3Error InvalidRequest. */
export function statedChecksum(request: S3Request): Pick<Checksum, 'algorithm' | 'value'> | undefined {
  const stated: Pick<Checksum, 'algorithm' | 'value'>[] = []
  for (const algorithm of checksumAlgorithms) {
    const value = headerOf(request, checksumHeader(algorithm))
    if (value !== undefined) stated.push({ algorithm, value })
  }
  if (stated.length > 1)
    throw new S3Error('InvalidRequest', { message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.' })
  return stated[0]
}

function readChecksum(request: S3Request): ExpectedDigests['checksum'] {
  const named = headerOf(request, 'x-amz-sdk-checksum-algorithm')
  const algorithm = named === undefined ? undefined : parseChecksumAlgorithm(named)
  if (named !== undefined && !algorithm)
    throw new S3Error('InvalidRequest', { message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.' })
  const stated = statedChecksum(request)
  if (stated) {
    checkValue(stated.algorithm, stated.value)
    return { ...stated, trailing: false }
  }
  const trailer = headerOf(request, 'x-amz-trailer')?.trim().toLowerCase()
  const trailing = trailer === undefined ? undefined : checksumAlgorithms.find((each) => checksumHeader(each) === trailer)
  if (trailer !== undefined && !trailing)
    throw new S3Error('InvalidRequest', { message: 'The value specified in the x-amz-trailer header is not supported' })
  if (trailing) return { algorithm: trailing, value: undefined, trailing: true }
  return algorithm === undefined ? undefined : { algorithm, value: undefined, trailing: false }
}

/** @throws S3Error InvalidRequest where a value is not one of its algorithm. */
export function checkValue(algorithm: ChecksumAlgorithm, value: string): void {
  if (!isBase64Of(value, checksumSizeBytes[algorithm]))
    throw new S3Error('InvalidRequest', { message: `Value for ${checksumHeader(algorithm)} header is invalid.` })
}

function isBase64Of(text: string, sizeBytes: number): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 && Buffer.from(text, 'base64').length === sizeBytes
}
