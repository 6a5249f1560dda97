import { ProtocolViolation } from './response-head.ts'

type State = 'size' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer'

/** 16 TiB a chunk: more than an object can have, and far from where numbers lose precision. */
const maxSizeDigits = 11
const maxTrailerBytes = 8 * 1024
const crCode = 13
const lfCode = 10

/**
 * Reads a body in chunked coding (RFC 9112 7.1), piece by piece as it comes; without extensions, which S3 does not send; trailers are checked and dropped.
 *
 * @throws ProtocolViolation from `next`.
 */
export class ChunkedBody {
  /** Up to where what was given has been used. */
  at = 0
  /** Where the piece of the body lies that `next` found. */
  dataStart = 0
  #state: State = 'size'
  /** Bytes left of the chunk. */
  #left = 0
  #digits = 0
  #trailerLine = ''
  #trailerBytes = 0

  /** A body begins. */
  begin(): void {
    this.#state = 'size'
    this.#digits = 0
  }

  /** Goes on from `start` to `end` of `bytes`: a piece of the `body` from `dataStart` to `at`, its `end`, or `more` bytes are needed. */
  next(bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): 'body' | 'end' | 'more' {
    this.at = start
    while (this.at < end) {
      if (this.#state === 'data') {
        if (this.#left > 0) return this.#takeData(end)
        this.#state = 'data-cr'
      }
      const code = bytes[this.at] as number
      this.at += 1
      if (this.#readByte(code)) return 'end'
    }
    return 'more'
  }

  #takeData(end: number): 'body' {
    const length = Math.min(this.#left, end - this.at)
    this.dataStart = this.at
    this.at += length
    this.#left -= length
    return 'body'
  }

  /** Whether the body ends with this byte. */
  #readByte(code: number): boolean {
    switch (this.#state) {
      case 'size':
        this.#readSizeByte(code)
        return false
      case 'size-lf':
        this.#require(code, lfCode)
        this.#state = this.#left === 0 ? 'trailer' : 'data'
        this.#trailerLine = ''
        this.#trailerBytes = 0
        return false
      case 'data-cr':
        this.#require(code, crCode)
        this.#state = 'data-lf'
        return false
      case 'data-lf':
        this.#require(code, lfCode)
        this.begin()
        return false
      default:
        return this.#readTrailerByte(code)
    }
  }

  #readSizeByte(code: number): void {
    if (code === crCode && this.#digits > 0) {
      this.#state = 'size-lf'
      return
    }
    const digit = hexDigit(code)
    this.#digits += 1
    if (digit === -1 || this.#digits > maxSizeDigits) throw new ProtocolViolation('A chunk has no size of hexadecimal digits alone')
    this.#left = this.#digits === 1 ? digit : this.#left * 16 + digit
  }

  /** Whether the line that this byte ends was the empty one. */
  #readTrailerByte(code: number): boolean {
    this.#trailerBytes += 1
    if (this.#trailerBytes > maxTrailerBytes) throw new ProtocolViolation('The trailers of an answer are too long')
    this.#trailerLine += String.fromCharCode(code)
    if (code !== lfCode) return false
    if (this.#trailerLine === '\r\n') return true
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n$/.test(this.#trailerLine))
      throw new ProtocolViolation('A trailer is not a header line')
    this.#trailerLine = ''
    return false
  }

  #require(code: number, expected: number): void {
    if (code !== expected) throw new ProtocolViolation('A chunk does not end with CR LF where its size says')
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
