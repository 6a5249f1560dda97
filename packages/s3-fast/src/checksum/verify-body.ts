import { subjectUrl } from '../errors/request-subject.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { HttpHead } from '../http/http-client-seam.ts'
import { type BodyChecksum, bodyChecksum, type ChecksumRun } from './body-checksum.ts'

interface Place {
  readonly bucket: string
  readonly key: string
}

/** Compares a whole body with the checksum that came with it, if there is one that says something: see `bodyChecksum`. @throws S3Error corrupt-body. */
export function verifyBody(response: HttpHead & { readonly body: Buffer }, place: Place): void {
  const checksum = bodyChecksum(response)
  if (!checksum) return
  const run = checksum.begin()
  run.update(response.body)
  verifyRuns(checksum, { runs: [{ run, sizeBytes: response.body.byteLength }], place })
}

/** The same for a body whose runs of bytes, in their order, were computed as they arrived. @throws S3Error corrupt-body. */
export function verifyRuns(
  checksum: BodyChecksum,
  { runs, place }: { readonly runs: readonly { readonly run: ChecksumRun; readonly sizeBytes: number }[]; readonly place: Place },
): void {
  const { name, wanted } = checksum
  const found = checksum.textOf(runs)
  if (found === wanted) return
  const { bucket, key } = place
  const advice = name.includes('ETag') ? ' At a server whose ETags only look like one, read with checksum: false.' : ''
  const message = `Could not read ${subjectUrl({ bucket, key })}: the bytes that arrived are not those that were stored, their ${name} is ${found} instead of ${wanted}.${advice}`
  throw new S3Error({ code: 'corrupt-body', message, retryable: true, status: 200, bucket, key })
}
