import { createHash, type Hash, hash } from 'node:crypto'
import { SignatureError } from '../signature-error.ts'
import { signString } from '../signing-key.ts'
import { equal, type VerifiedSignature } from '../verify-signature.ts'

const emptyHash = hash('sha256', '', 'hex')

/** Verifies the chain of signatures of a body in signed chunks: each covers its chunk and the signature before it. */
export class ChunkSignatures {
  readonly #verified: VerifiedSignature
  #previous: string
  #hash: Hash = createHash('sha256')

  constructor(verified: VerifiedSignature) {
    this.#verified = verified
    this.#previous = verified.signature
  }

  /** Takes a piece of the current chunk's data. */
  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  /** Ends the current chunk. @throws SignatureError SignatureDoesNotMatch. */
  endChunk(signature: string | undefined): void {
    this.#check('AWS4-HMAC-SHA256-PAYLOAD', `${emptyHash}\n${this.#hash.digest('hex')}`, signature)
    this.#hash = createHash('sha256')
  }

  /** Checks the trailing headers, written as `name:value\n` each. @throws SignatureError SignatureDoesNotMatch. */
  endTrailer(trailer: string, signature: string | undefined): void {
    this.#check('AWS4-HMAC-SHA256-TRAILER', hash('sha256', trailer, 'hex'), signature)
  }

  #check(form: string, hashes: string, signature: string | undefined): void {
    const { amzDate, scope, signingKey } = this.#verified
    const text = `${form}\n${amzDate}\n${scope.date}/${scope.region}/${scope.service}/aws4_request\n${this.#previous}\n${hashes}`
    const expected = signString(signingKey, text)
    if (signature === undefined || !equal(expected, signature))
      throw new SignatureError('SignatureDoesNotMatch', 'The signature of a chunk of the body does not match.', { StringToSign: text })
    this.#previous = expected
  }
}
