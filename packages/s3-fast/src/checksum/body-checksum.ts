import { createHash, getFips, hash } from 'node:crypto'
import type { HttpHead } from '../http/http-client-seam.ts'
import { type CombineCrc, crcCombiner } from './combine-crc.ts'
import { continueCrc32 } from './continue-crc32.ts'
import { type CrcParameters, crc32cParameters, crc32Parameters, crc64NvmeParameters, crcToBase64 } from './crc-parameters.ts'
import { tableCrc, type UpdateCrc } from './table-crc.ts'

/** What the server says of a whole body, and how it is computed. */
export interface BodyChecksum {
  /** For a message: `x-amz-checksum-crc32`. */
  readonly name: string
  /** As the server wrote it. */
  readonly wanted: string
  /** Whether runs of the body can be computed apart and put together. */
  readonly isCombinable: boolean
  /** Of a body that is there, as the server would write it. */
  of(body: Uint8Array): string
  /** Begins a run of bytes. */
  begin(): ChecksumRun
  /** What came, as the server would write it: of runs in their order; of one run where they cannot be combined. */
  textOf(runs: readonly { readonly run: ChecksumRun; readonly sizeBytes: number }[]): string
}

/** A run of bytes on its way. */
export interface ChecksumRun {
  update(bytes: Uint8Array): void
  /** Of the bytes so far. A hash ends with it. */
  value(): bigint | string
}

/**
 * The checksum that a whole body is compared with: the first that there is of CRC32, CRC64NVME, CRC32C, SHA-256 and SHA-1, and else the MD5 that an ETag is.
 *
 * Not comparable, so `undefined`: a checksum over the checksums of parts (COMPOSITE), an ETag of several parts or of an object under KMS or a customer's key,
 * and anything about a body that is a range.
 */
export function bodyChecksum(head: HttpHead): BodyChecksum | undefined {
  if (head.status !== 200) return undefined
  if (head.hasHeader('x-amz-checksum-')) {
    for (const { header, create } of kinds) {
      const wanted = head.header(header)
      if (wanted !== undefined) return isOfParts(head, wanted) ? undefined : create(header, wanted)
    }
  }
  const md5 = md5OfEtag(head)
  return md5 === undefined ? undefined : hashChecksum('MD5 in its ETag', { wanted: md5, algorithm: 'md5', encoding: 'hex' })
}

const isOfParts = (head: HttpHead, wanted: string): boolean => head.header('x-amz-checksum-type') === 'COMPOSITE' || wanted.includes('-')

const kinds: readonly { readonly header: string; readonly create: (name: string, wanted: string) => BodyChecksum }[] = [
  {
    header: 'x-amz-checksum-crc32',
    create: crcKind(crc32Parameters, () => (before, bytes) => BigInt(continueCrc32(Number(before), bytes))),
  },
  { header: 'x-amz-checksum-crc64nvme', create: crcKind(crc64NvmeParameters, tableCrc) },
  { header: 'x-amz-checksum-crc32c', create: crcKind(crc32cParameters, tableCrc) },
  {
    header: 'x-amz-checksum-sha256',
    create: (name, wanted) => hashChecksum(name, { wanted, algorithm: 'sha256', encoding: 'base64' }),
  },
  { header: 'x-amz-checksum-sha1', create: (name, wanted) => hashChecksum(name, { wanted, algorithm: 'sha1', encoding: 'base64' }) },
]

/** Its tables are made when the first is needed. */
function crcKind(
  parameters: CrcParameters,
  createUpdate: (parameters: CrcParameters) => UpdateCrc,
): (name: string, wanted: string) => BodyChecksum {
  let update: UpdateCrc | undefined
  let combine: CombineCrc | undefined
  return (name, wanted) => {
    update ??= createUpdate(parameters)
    const updateRun = update
    return {
      name,
      wanted,
      isCombinable: true,
      of: (body) => crcToBase64(updateRun(0n, body), parameters),
      begin: () => new CrcRun(updateRun),
      textOf(runs) {
        combine ??= crcCombiner(parameters)
        let whole = 0n
        for (const { run, sizeBytes } of runs) whole = combine(whole, { crc: run.value() as bigint, sizeBytes })
        return crcToBase64(whole, parameters)
      },
    }
  }
}

class CrcRun implements ChecksumRun {
  readonly #update: UpdateCrc
  #crc = 0n

  constructor(update: UpdateCrc) {
    this.#update = update
  }

  update(bytes: Uint8Array): void {
    this.#crc = this.#update(this.#crc, bytes)
  }

  value(): bigint {
    return this.#crc
  }
}

function hashChecksum(
  name: string,
  { wanted, algorithm, encoding }: { readonly wanted: string; readonly algorithm: string; readonly encoding: 'hex' | 'base64' },
): BodyChecksum {
  return {
    name,
    wanted,
    isCombinable: false,
    of: (body) => hash(algorithm, body, encoding),
    begin: () => {
      const run = createHash(algorithm)
      return { update: (bytes) => void run.update(bytes), value: () => run.digest(encoding) }
    },
    textOf: ([first]) => String(first?.run.value()),
  }
}

/** "ETag", object API of the Amazon S3 API reference: the MD5 of an object that came in one piece and is not encrypted, or with SSE-S3. */
function md5OfEtag(head: HttpHead): string | undefined {
  const md5 = /^"([\da-f]{32})"$/.exec(head.header('etag') ?? '')?.[1]
  if (md5 === undefined) return undefined
  const encryption = head.header('x-amz-server-side-encryption') ?? 'AES256'
  if (encryption !== 'AES256' || head.header('x-amz-server-side-encryption-customer-algorithm') !== undefined) return undefined
  // OpenSSL has no MD5 then.
  return getFips() === 1 ? undefined : md5
}
