import { hash } from 'node:crypto'
import type { SigningCredentials } from '../credentials/signing-credentials.ts'
import { SigningKey } from './signing-key.ts'
import { type HeaderText, writeHeaders } from './write-headers.ts'

/** What a request needs to be signed. */
interface RequestToSign {
  readonly method: string
  /** The `host` header: with a port unless it is the protocol's own. */
  readonly host: string
  /** The path as it goes on the wire: see `encodeKey`. */
  readonly path: string
  /** The query as it goes on the wire: see `encodeQuery`. Default: none. */
  readonly query?: string | undefined
  /** Further headers to send and sign: names in lower case, in any order; values of Latin-1, as they go on the wire. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined
  /** sha256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`. Default: the hash of an empty body. */
  readonly payloadHash?: string | undefined
  /** The instant that the signature states, in milliseconds since 1970. S3 takes 15 minutes to either side of its own clock. */
  readonly signedAtMs: number
}

/** Signs requests with SigV4 (AWS Signature Version 4, as S3 wants it) and gives the block of headers for `HttpRequest.headers`. */
export interface Signer {
  /**
   * `host`, the given headers, `x-amz-content-sha256`, `x-amz-date`, `x-amz-security-token` where there is one, `authorization`: each as `name: value\r\n`.
   *
   * Takes 3 to 5 microseconds. What is the same as the last time is kept; a list of headers that is the same array counts as the same.
   *
   * @throws TypeError for a header that would break the block: a line break, a zero byte, anything beyond Latin-1.
   */
  sign(request: RequestToSign, credentials: SigningCredentials): string
}

/** A signer for one region. */
export function createSigner({ region, service = 's3' }: { readonly region: string; readonly service?: string }): Signer {
  return new KeepingSigner(region, service)
}

/** sha256 of nothing. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const noHeaders: NonNullable<RequestToSign['headers']> = []

/** Keeps what is the same from request to request: of one second the date, of one day the key, of one list of headers their text. */
class KeepingSigner implements Signer {
  readonly #region: string
  readonly #service: string
  #second = Number.NaN
  #amzDate = ''
  #day = ''
  #secret = ''
  #key: SigningKey | undefined
  #credentials: SigningCredentials | undefined
  #scope = ''
  #headers: RequestToSign['headers']
  #host = ''
  #payloadHash = ''
  #text: HeaderText | undefined
  /** Everything before the signature, and what is hashed after method, path and query. */
  #block = ''
  #canonicalEnd = ''

  constructor(region: string, service: string) {
    this.#region = region
    this.#service = service
  }

  sign(request: RequestToSign, credentials: SigningCredentials): string {
    const { method, host, path, query = '', headers = noHeaders, payloadHash = emptyHash, signedAtMs } = request
    const second = Math.floor(signedAtMs / 1_000)
    const key = second === this.#second && credentials === this.#credentials && this.#key ? this.#key : this.#renew(second, credentials)
    let text = this.#text
    if (!text || headers !== this.#headers || host !== this.#host || payloadHash !== this.#payloadHash)
      text = this.#write({ headers, host, payloadHash }, credentials)
    const canonical = `${method}\n${path}\n${query}${this.#canonicalEnd}`
    const hashed = text.isAscii ? hash('sha256', canonical, 'hex') : hash('sha256', Buffer.from(canonical, 'latin1'), 'hex')
    return `${this.#block}${key.sign(`AWS4-HMAC-SHA256\n${this.#amzDate}\n${this.#scope}\n${hashed}`)}\r\n`
  }

  #renew(second: number, credentials: SigningCredentials): SigningKey {
    const { secretAccessKey } = credentials
    if (second !== this.#second) this.#amzDate = formatAmzDate(second)
    const day = this.#amzDate.slice(0, 8)
    if (!this.#key || day !== this.#day || secretAccessKey !== this.#secret)
      this.#key = new SigningKey(secretAccessKey, { day, region: this.#region, service: this.#service })
    this.#second = second
    this.#day = day
    this.#secret = secretAccessKey
    this.#credentials = credentials
    this.#scope = `${day}/${this.#region}/${this.#service}/aws4_request`
    this.#text = undefined
    return this.#key
  }

  #write(
    {
      headers,
      host,
      payloadHash,
    }: { readonly headers: NonNullable<RequestToSign['headers']>; readonly host: string; readonly payloadHash: string },
    { accessKeyId, sessionToken }: SigningCredentials,
  ): HeaderText {
    const own: (readonly [name: string, value: string])[] = [
      ['host', host],
      ['x-amz-content-sha256', payloadHash],
      ['x-amz-date', this.#amzDate],
    ]
    if (sessionToken !== undefined) own.push(['x-amz-security-token', sessionToken])
    const text = writeHeaders(own, headers)
    this.#headers = headers
    this.#host = host
    this.#payloadHash = payloadHash
    this.#text = text
    this.#block = `${text.block}authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${this.#scope}, SignedHeaders=${text.names}, Signature=`
    this.#canonicalEnd = `\n${text.canonical}\n${text.names}\n${payloadHash}`
    return text
  }
}

function formatAmzDate(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
