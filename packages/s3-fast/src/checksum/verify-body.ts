import { subjectUrl } from '../errors/request-subject.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { HttpHead } from '../http/http-client-seam.ts'
import { type BodyChecksum, bodyChecksum, type ChecksumRun } from './body-checksum.ts'

interface Place {
  readonly bucket: string
  readonly key: string
}

/** Compares a whole body with the checksum that came with it, if there is one that says something: see `bodyChecksum`. @throws S3Error corrupt-body. */
export function verifyBody(head: HttpHead, { body, place }: { readonly body: Uint8Array; readonly place: Place }): void {
  const checksum = bodyChecksum(head)
  if (checksum) compare(checksum, { found: checksum.of(body), place })
}

/** The same for a body whose runs of bytes, in their order, were computed as they arrived. @throws S3Error corrupt-body. */
export function verifyRuns(
  checksum: BodyChecksum,
  { runs, place }: { readonly runs: readonly { readonly run: ChecksumRun; readonly sizeBytes: number }[]; readonly place: Place },
): void {
  compare(checksum, { found: checksum.textOf(runs), place })
}

function compare({ name, wanted }: BodyChecksum, { found, place }: { readonly found: string; readonly place: Place }): void {
  if (found === wanted) return
  const { bucket, key } = place
  const advice = name.includes('ETag') ? ' At a server whose ETags only look like one, read with checksum: false.' : ''
  const message = `Could not read ${subjectUrl({ bucket, key })}: the bytes that arrived are not those that were stored, their ${name} is ${found} instead of ${wanted}.${advice}`
  throw new S3Error({ code: 'corrupt-body', message, retryable: true, status: 200, bucket, key })
}
