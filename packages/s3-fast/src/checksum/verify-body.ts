import { getFips, hash } from 'node:crypto'
import { subjectUrl } from '../errors/request-subject.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { HttpHead } from '../http/http-client-seam.ts'
import { bodyCrc32 } from './body-crc32.ts'
import { crc32cBase64 } from './crc32c.ts'
import { crc64NvmeBase64 } from './crc64-nvme.ts'

/**
 * Compares a whole body with the checksum that the server sent: the first that there is of CRC32, CRC64NVME, CRC32C, SHA-256, SHA-1, and else the MD5 that an ETag is.
 *
 * Not comparable, so not compared: a checksum over the checksums of parts (COMPOSITE), an ETag of several parts or of an object under KMS or a customer's key,
 * and anything about a body that is a range.
 *
 * @throws S3Error corrupt-body.
 */
export function verifyBody(response: HttpHead & { readonly body: Buffer }, place: { readonly bucket: string; readonly key: string }): void {
  if (response.status !== 200) return
  const { body } = response
  for (const { header, compute } of checksums) {
    const wanted = response.header(header)
    if (wanted === undefined) continue
    if (response.header('x-amz-checksum-type') === 'COMPOSITE' || wanted.includes('-')) return
    compare({ name: header, wanted, found: compute(body) }, place)
    return
  }
  const md5 = md5OfEtag(response)
  if (md5 !== undefined) compare({ name: 'MD5 in its ETag', wanted: md5, found: hash('md5', body, 'hex') }, place)
}

const checksums: readonly { readonly header: string; readonly compute: (body: Buffer) => string }[] = [
  { header: 'x-amz-checksum-crc32', compute: (body) => bodyCrc32([body]) },
  { header: 'x-amz-checksum-crc64nvme', compute: crc64NvmeBase64 },
  { header: 'x-amz-checksum-crc32c', compute: crc32cBase64 },
  { header: 'x-amz-checksum-sha256', compute: (body) => hash('sha256', body, 'base64') },
  { header: 'x-amz-checksum-sha1', compute: (body) => hash('sha1', body, 'base64') },
]

/** "ETag", object API of the Amazon S3 API reference: the MD5 of an object that came in one piece and is not encrypted, or with SSE-S3. */
function md5OfEtag(head: HttpHead): string | undefined {
  const md5 = /^"([\da-f]{32})"$/.exec(head.header('etag') ?? '')?.[1]
  if (md5 === undefined) return undefined
  const encryption = head.header('x-amz-server-side-encryption') ?? 'AES256'
  if (encryption !== 'AES256' || head.header('x-amz-server-side-encryption-customer-algorithm') !== undefined) return undefined
  // OpenSSL has no MD5 then.
  return getFips() === 1 ? undefined : md5
}

function compare(
  { name, wanted, found }: { readonly name: string; readonly wanted: string; readonly found: string },
  { bucket, key }: { readonly bucket: string; readonly key: string },
): void {
  if (found === wanted) return
  const advice = name.includes('ETag') ? ' At a server whose ETags only look like one, read with checksum: false.' : ''
  const message = `Could not read ${subjectUrl({ bucket, key })}: the bytes that arrived are not those that were stored, their ${name} is ${found} instead of ${wanted}.${advice}`
  throw new S3Error({ code: 'corrupt-body', message, retryable: true, status: 200, bucket, key })
}
