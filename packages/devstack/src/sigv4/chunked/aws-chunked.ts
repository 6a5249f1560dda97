import type { ChunkSignatures } from './chunk-signatures.ts'

/** A body that is not in the form `aws-chunked`. */
export class AwsChunkedError extends Error {
  override readonly name = 'AwsChunkedError'
}

type State = 'header' | 'data' | 'data-end' | 'trailer' | 'done'

const headerForm = /^([0-9a-fA-F]{1,15})(?:;chunk-signature=([0-9a-f]{64}))?$/
const maxLineBytes = 8_192

/** How a body is decoded. */
export interface AwsChunkedOptions {
  /** Receives the data, piece by piece; a piece is a view of what was pushed. */
  readonly onData: (data: Buffer) => void
  /** For signed chunks: absent where they are not signed. */
  readonly signatures?: ChunkSignatures | undefined
  /** Whether trailing headers are announced. */
  readonly trailer: boolean
}

/** Decodes a body of content encoding `aws-chunked`, as it comes. */
export class AwsChunkedDecoder {
  readonly #options: AwsChunkedOptions
  /** The trailing headers, names in lower case; complete when `end` has returned. */
  readonly trailers: Map<string, string> = new Map()
  #state: State = 'header'
  #line = ''
  #left = 0
  #signature: string | undefined
  #signedTrailer = ''

  constructor(options: AwsChunkedOptions) {
    this.#options = options
  }

  /** @throws AwsChunkedError for what is not of the form, SignatureError for a chunk whose signature does not match. */
  push(bytes: Buffer): void {
    let offset = 0
    while (offset < bytes.length) {
      if (this.#state === 'data') offset = this.#takeData(bytes, offset)
      else offset = this.#takeLine(bytes, offset)
    }
  }

  /** @throws AwsChunkedError where the body ended too early. */
  end(): void {
    if (this.#state !== 'done') throw new AwsChunkedError('The body ended before its last chunk.')
  }

  #takeData(bytes: Buffer, offset: number): number {
    const end = Math.min(bytes.length, offset + this.#left)
    const data = bytes.subarray(offset, end)
    this.#options.signatures?.update(data)
    this.#options.onData(data)
    this.#left -= data.length
    if (this.#left === 0) {
      this.#options.signatures?.endChunk(this.#signature)
      this.#state = 'data-end'
    }
    return end
  }

  #takeLine(bytes: Buffer, offset: number): number {
    const end = bytes.indexOf(10, offset)
    const stop = end === -1 ? bytes.length : end
    this.#line += bytes.toString('latin1', offset, stop)
    if (this.#line.length > maxLineBytes) throw new AwsChunkedError('A line between two chunks is too long.')
    if (end === -1) return bytes.length
    if (!this.#line.endsWith('\r')) throw new AwsChunkedError('A line between two chunks does not end in CRLF.')
    const line = this.#line.slice(0, -1)
    this.#line = ''
    this.#endLine(line)
    return end + 1
  }

  #endLine(line: string): void {
    if (this.#state === 'header') this.#startChunk(line)
    else if (this.#state === 'data-end') {
      if (line !== '') throw new AwsChunkedError('A chunk is longer than it says.')
      this.#state = 'header'
    } else if (this.#state === 'trailer') this.#takeTrailer(line)
    else throw new AwsChunkedError('There is something after the last chunk.')
  }

  #startChunk(line: string): void {
    const match = headerForm.exec(line)
    if (!match) throw new AwsChunkedError(`${JSON.stringify(line.slice(0, 100))} is not the beginning of a chunk.`)
    this.#left = Number.parseInt(match[1] ?? '', 16)
    this.#signature = match[2]
    if (this.#left > 0) this.#state = 'data'
    else {
      this.#options.signatures?.endChunk(this.#signature)
      this.#state = 'trailer'
    }
  }

  #takeTrailer(line: string): void {
    const { signatures, trailer } = this.#options
    if (line === '') {
      if (trailer) signatures?.endTrailer(this.#signedTrailer, this.trailers.get('x-amz-trailer-signature'))
      this.#state = 'done'
      return
    }
    const colon = line.indexOf(':')
    if (colon <= 0) throw new AwsChunkedError(`${JSON.stringify(line.slice(0, 100))} is not a trailing header.`)
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (this.trailers.has(name)) throw new AwsChunkedError(`The trailing header ${name} came twice.`)
    this.trailers.set(name, value)
    if (name !== 'x-amz-trailer-signature') this.#signedTrailer += `${name}:${value}\n`
  }
}
