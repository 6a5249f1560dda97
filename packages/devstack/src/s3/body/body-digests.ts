import { createHash, type Hash } from 'node:crypto'
import { type Checksum, createChecksum, type RunningChecksum } from '../checksums/checksum.ts'
import { S3Error } from '../s3-error.ts'
import type { ExpectedDigests } from './expected-digests.ts'

/** What the bytes of a body came to. */
export interface Digests {
  /** The entity tag: the MD5 in hexadecimal. */
  readonly etag: string
  readonly checksum?: Checksum
}

/** Computes what is asked for while a body comes, and compares it at the end. */
export class BodyDigests {
  readonly #expected: ExpectedDigests
  readonly #md5: Hash = createHash('md5')
  readonly #sha256: Hash | undefined
  readonly #checksum: RunningChecksum | undefined

  constructor(expected: ExpectedDigests) {
    this.#expected = expected
    this.#sha256 = expected.sha256 === undefined ? undefined : createHash('sha256')
    this.#checksum = expected.checksum ? createChecksum(expected.checksum.algorithm) : undefined
  }

  /** Takes more bytes. */
  update(data: Uint8Array): void {
    this.#md5.update(data)
    this.#sha256?.update(data)
    this.#checksum?.update(data)
  }

  /**
   * Compares. `trailing` is the checksum that came behind the body.
   *
   * @throws S3Error XAmzContentSHA256Mismatch, BadDigest.
   */
  end(trailing?: string): Digests {
    const { sha256, md5, checksum } = this.#expected
    const actual = this.#sha256?.digest('hex')
    if (sha256 !== undefined && actual !== sha256)
      throw new S3Error('XAmzContentSHA256Mismatch', { details: { ClientComputedContentSHA256: sha256, S3ComputedContentSHA256: actual } })
    const md5Bytes = this.#md5.digest()
    if (md5 !== undefined && md5Bytes.toString('base64') !== md5)
      throw new S3Error('BadDigest', {
        message: 'The Content-MD5 you specified did not match what we received.',
        details: { ExpectedDigest: md5, CalculatedDigest: md5Bytes.toString('base64') },
      })
    const etag = md5Bytes.toString('hex')
    if (!checksum || !this.#checksum) return { etag }
    const value = this.#checksum.digest().toString('base64')
    const stated = trailing ?? checksum.value
    if (stated !== undefined && stated !== value)
      throw new S3Error('BadDigest', {
        message: `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
        details: { ExpectedDigest: stated, CalculatedDigest: value },
      })
    return { etag, checksum: { algorithm: checksum.algorithm, value, type: 'FULL_OBJECT' } }
  }
}
