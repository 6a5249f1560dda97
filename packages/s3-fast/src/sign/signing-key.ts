import { createHmac, hash } from 'node:crypto'

/** The day, the region and the service that a key is derived for. */
export interface SigningScope {
  /** `YYYYMMDD`, UTC. */
  readonly day: string
  readonly region: string
  readonly service: string
}

/**
 * The key of one day that SigV4 derives from a secret ("Create a signed AWS API request", IAM user guide).
 *
 * HMAC-SHA256 over prepared pads (RFC 2104): two one-shot hashes a signature instead of an Hmac object, which costs five times as much.
 */
export class SigningKey {
  readonly #inner: Buffer
  readonly #outer: Buffer = Buffer.alloc(blockBytes + digestBytes)
  #room: Buffer = Buffer.alloc(1_024)
  /** The front of `#room` with the text that is signed: most texts of a key have one length. */
  #innerBytes: Buffer = this.#room

  constructor(secretAccessKey: string, { day, region, service }: SigningScope) {
    const dayKey = hmac(`AWS4${secretAccessKey}`, day)
    const key = hmac(hmac(hmac(dayKey, region), service), 'aws4_request')
    this.#inner = Buffer.alloc(blockBytes, innerPad)
    this.#outer.fill(outerPad, 0, blockBytes)
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = byte ^ innerPad
      this.#outer[at] = byte ^ outerPad
    }
    this.#inner.copy(this.#room)
  }

  /** The signature of an ASCII text, in lower-case hexadecimal. */
  sign(text: string): string {
    const sizeBytes = blockBytes + text.length
    if (sizeBytes !== this.#innerBytes.length) this.#resize(sizeBytes)
    this.#innerBytes.write(text, blockBytes, 'latin1')
    // As text, since a buffer of its own for a digest takes longer than the digest.
    this.#outer.write(hash('sha256', this.#innerBytes, 'binary'), blockBytes, 'latin1')
    return hash('sha256', this.#outer, 'hex')
  }

  #resize(sizeBytes: number): void {
    if (sizeBytes > this.#room.length) {
      this.#room = Buffer.alloc(sizeBytes)
      this.#inner.copy(this.#room)
    }
    this.#innerBytes = this.#room.subarray(0, sizeBytes)
  }
}

const blockBytes = 64
const digestBytes = 32
const innerPad = 0x36
const outerPad = 0x5c

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
