import { ChunkedBody } from './chunked-body.ts'
import { maxHeadBytes, ProtocolViolation, parseResponseHead, type ResponseHead } from './response-head.ts'

/**
 * What `next` found: the `head` of an answer, a piece of its `body` (bodyStart to bodyEnd of what was fed), its `end`;
 * or that `more` bytes must be fed.
 */
export type ParsedPart = 'head' | 'body' | 'end' | 'more'

type State = 'nothing-asked' | 'head' | 'body' | 'chunked'

/** Interim answers (`100 Continue`) before the one that counts. */
const maxInterimCount = 8

const headEnd: Buffer = Buffer.from('\r\n\r\n')
const crCode = 13
const lfCode = 10

/**
 * Reads answers out of the bytes of one connection: `expect` one, then `feed` and take `next` until it says `end`. Pure and strict; whoever
 * reads can stop after any part and go on later. Bytes are looked at where they lie and copied only while a head is split.
 *
 * @throws ProtocolViolation from `next`: the connection is to be closed. An answer that more bytes follow is refused as a whole.
 */
export class ResponseParser {
  head: ResponseHead | undefined
  bodyStart = 0
  bodyEnd = 0
  #state: State = 'nothing-asked'
  #method = 'GET'
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  /** What came of a head that is not complete. */
  #partial: Buffer | undefined
  #partialLength = 0
  #interimCount = 0
  /** Bytes left of a body whose length was stated. */
  #left = 0
  readonly #chunks = new ChunkedBody()

  /** The next answer is to a request with this method. */
  expect(method: string): void {
    this.#method = method
    this.#state = 'head'
    this.#interimCount = 0
    this.head = undefined
  }

  /** The bytes from `start` to `end` came. What was fed before must have been used up. */
  feed(bytes: Buffer, range: { readonly start: number; readonly end: number }): void {
    this.#bytes = bytes
    this.#at = range.start
    this.#end = range.end
  }

  /** A copy of what is fed and not used up, to be fed again later. */
  takeRest(): Buffer {
    const rest = Buffer.from(this.#bytes.subarray(this.#at, this.#end))
    this.#at = this.#end
    return rest
  }

  next(): ParsedPart {
    switch (this.#state) {
      case 'nothing-asked':
        if (this.#at < this.#end) throw new ProtocolViolation('Bytes came that no request asked for')
        return 'more'
      case 'head':
        return this.#readHead()
      case 'body':
        if (this.#left === 0) return this.#finish()
        return this.#takeBody()
      default:
        return this.#readChunked()
    }
  }

  #takeBody(): ParsedPart {
    const length = Math.min(this.#left, this.#end - this.#at)
    if (length === 0) return 'more'
    this.bodyStart = this.#at
    this.bodyEnd = this.#at += length
    this.#left -= length
    return 'body'
  }

  #finish(): ParsedPart {
    if (this.#at < this.#end) throw new ProtocolViolation('More bytes follow an answer than it stated')
    this.#state = 'nothing-asked'
    return 'end'
  }

  #readHead(): ParsedPart {
    for (;;) {
      const text = this.#takeHeadText()
      if (text === undefined) return 'more'
      const head = parseResponseHead(text, this.#method)
      if (head.status >= 200) {
        this.head = head
        this.#left = head.contentLength ?? 0
        this.#state = head.contentLength === undefined ? 'chunked' : 'body'
        if (this.#state === 'chunked') this.#chunks.begin()
        return 'head'
      }
      this.#interimCount += 1
      if (head.status === 101) throw new ProtocolViolation('An answer changes to another protocol, which was not asked for')
      if (this.#interimCount > maxInterimCount) throw new ProtocolViolation('Interim answers go on without an end')
    }
  }

  /** The text of a head with the empty line that ends it, once all of it is there. */
  #takeHeadText(): string | undefined {
    const [start, before] = [this.#at, this.#partialLength]
    if (start === this.#end) return undefined
    if (before === 0) {
      const last = this.#bytes.indexOf(headEnd, start)
      // What lies beyond `end` is of an earlier read.
      const end = last + headEnd.length
      if (last !== -1 && end <= this.#end && end - start <= maxHeadBytes) {
        this.#at = end
        return this.#bytes.toString('latin1', start, end)
      }
    }
    const partial = this.#keepPartial()
    const end = findHeadEnd(partial, { searchFrom: before, end: this.#partialLength })
    if (end === -1) return this.#awaitMore()
    this.#partialLength = 0
    this.#at = start + end - before
    return partial.toString('latin1', 0, end)
  }

  #keepPartial(): Buffer {
    this.#partial ??= Buffer.allocUnsafeSlow(maxHeadBytes)
    const length = Math.min(this.#end - this.#at, this.#partial.length - this.#partialLength)
    this.#bytes.copy(this.#partial, this.#partialLength, this.#at, this.#at + length)
    this.#partialLength += length
    this.#at += length
    return this.#partial
  }

  #awaitMore(): undefined {
    if (this.#partialLength < maxHeadBytes) return undefined
    throw new ProtocolViolation(`The headers of an answer are longer than ${maxHeadBytes} bytes`)
  }

  #readChunked(): ParsedPart {
    const found = this.#chunks.next(this.#bytes, { start: this.#at, end: this.#end })
    this.#at = this.#chunks.at
    if (found === 'end') return this.#finish()
    this.bodyStart = this.#chunks.dataStart
    this.bodyEnd = this.#at
    return found
  }
}

/**
 * Where the head that begins with `bytes` ends, after its empty line; -1 while it is not there. Only what lies from `searchFrom` on is new.
 * What can no longer become a head is refused at once, not waited for.
 */
function findHeadEnd(bytes: Buffer, { searchFrom, end }: { readonly searchFrom: number; readonly end: number }): number {
  for (let at = searchFrom; at < Math.min(end, 7); at += 1) {
    if (bytes[at] !== 'HTTP/1.'.charCodeAt(at)) throw new ProtocolViolation('An answer does not begin with HTTP/1.1')
  }
  for (let at = searchFrom; at < end; at += 1) {
    if (bytes[at] !== lfCode) continue
    if (bytes[at - 1] !== crCode) throw new ProtocolViolation('A header line ends with a bare LF')
    if (bytes[at - 2] === lfCode) return at + 1
  }
  return -1
}
