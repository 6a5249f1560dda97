import { createHash } from 'node:crypto'
import { type Checksum, checksumHeader, createChecksum } from '../../checksums/checksum.ts'
import { combineCrcs, isCombinable } from '../../checksums/combine-crc.ts'
import { S3Error } from '../../s3-error.ts'
import type { PartRecord, UploadRecord } from '../../storage/object-record.ts'

/** A part as the client lists it when it completes an upload. */
export interface ListedPart {
  readonly number: number
  readonly etag: string
  /** In base64. */
  readonly checksum?: string
}

const leastPartBytes = 5 * 2 ** 20

/**
 * The parts that an object is made of.
 *
 * @throws S3Error InvalidPartOrder, InvalidPart, EntityTooSmall.
 */
export function choosePartsOf(
  listed: readonly ListedPart[],
  parts: ReadonlyMap<number, PartRecord>,
  uploadId: string,
): readonly PartRecord[] {
  let before = 0
  const chosen = listed.map(({ number, etag, checksum }) => {
    if (number <= before) throw new S3Error('InvalidPartOrder', { details: { UploadId: uploadId } })
    before = number
    const part = parts.get(number)
    const same = part?.etag === etag.replace(/^"(.*)"$/, '$1') && (checksum === undefined || part.checksum?.value === checksum)
    if (!part || !same) throw new S3Error('InvalidPart', { details: { UploadId: uploadId, PartNumber: number, ETag: etag } })
    return part
  })
  for (const { sizeBytes, number, etag } of chosen.slice(0, -1))
    if (sizeBytes < leastPartBytes)
      throw new S3Error('EntityTooSmall', {
        details: { ProposedSize: sizeBytes, MinSizeAllowed: leastPartBytes, PartNumber: number, ETag: etag },
      })
  return chosen
}

/** The entity tag of an object of parts: the MD5 of their MD5s, and their number. */
export function multipartEtag(parts: readonly PartRecord[]): string {
  const md5 = createHash('md5')
  for (const { etag } of parts) md5.update(etag, 'hex')
  return `${md5.digest('hex')}-${parts.length}`
}

/** The checksum of an object of parts, where the upload was started with one. */
export function multipartChecksum({ checksum }: UploadRecord, parts: readonly PartRecord[]): Checksum | undefined {
  if (!checksum) return undefined
  const { algorithm, type } = checksum
  const values = parts.map((part) => ({ value: Buffer.from(part.checksum?.value ?? '', 'base64'), sizeBytes: part.sizeBytes }))
  if (type === 'FULL_OBJECT' && isCombinable(algorithm))
    return { algorithm, type, value: combineCrcs(algorithm, values).toString('base64') }
  const whole = createChecksum(algorithm)
  for (const { value } of values) whole.update(value)
  return { algorithm, type: 'COMPOSITE', value: `${whole.digest().toString('base64')}-${parts.length}` }
}

/** Compares what a client says of the whole. @throws S3Error BadDigest, InvalidRequest. */
export function checkStated(checksum: Checksum | undefined, stated: Pick<Checksum, 'algorithm' | 'value'> | undefined): void {
  if (!stated) return
  if (checksum?.algorithm !== stated.algorithm)
    throw new S3Error('InvalidRequest', { message: `The upload was not created with the checksum of ${checksumHeader(stated.algorithm)}.` })
  // A client may leave out the number of parts.
  if (stated.value !== checksum.value && stated.value !== checksum.value.replace(/-\d+$/, ''))
    throw new S3Error('BadDigest', {
      message: `The ${stated.algorithm} you specified did not match the calculated checksum.`,
      details: { ExpectedDigest: stated.value, CalculatedDigest: checksum.value },
    })
}
