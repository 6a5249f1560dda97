import type { HttpResponse } from '../http-client-seam.ts'
import { HeaderLines } from './header-lines.ts'

/** An answer that is not HTTP/1.1 as this client accepts it. The connection it came on is of no further use. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation'
}

/** The most bytes a status line and its headers may have. S3 allows 2 KiB of user metadata; gateways add little to it. */
export const maxHeadBytes: number = 64 * 1024

/** The most header lines an answer may have. */
const maxHeaderCount = 256

const noBody: Buffer = Buffer.alloc(0)

/**
 * A status line and header lines, each ended by CR LF, and the empty line: names of RFC 9110 5.6.2, values of 5.5 with obs-text let through as Latin-1.
 * A regular expression, as it runs at full speed from the first answer on; a loop over characters costs a program of 10,000 requests more to warm up than to run.
 */
const wellFormed =
  /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/

/** How the body of an answer ends: after `contentLength` bytes, or where its last chunk says (`undefined`). */
interface Framing {
  readonly contentLength: number | undefined
  readonly keepAlive: boolean
}

/** Status and headers of one answer; `body` is filled in by who collects it. Header values are looked for in the text when they are asked for. */
export class ResponseHead implements HttpResponse {
  readonly status: number
  readonly contentLength: number | undefined
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean
  body: Buffer = noBody
  readonly #lines: HeaderLines

  constructor(status: number, lines: HeaderLines, framing: Framing) {
    this.status = status
    this.#lines = lines
    this.contentLength = framing.contentLength
    this.keepAlive = framing.keepAlive
  }

  header(name: string): string | undefined {
    return this.#lines.value(name)
  }

  hasHeader(namePrefix: string): boolean {
    return this.#lines.has(namePrefix)
  }

  headers(): Iterable<[name: string, value: string]> {
    return this.#lines.entries()
  }
}

/**
 * Reads a status line and headers, the empty line at their end included, as RFC 9112 has them and no other way: no bare CR or LF, no line folding,
 * no space before a colon, one length at most and none beside a transfer coding, `chunked` alone as a transfer coding.
 *
 * @param method the request's: an answer to HEAD has no body, whatever its headers say; one to CONNECT may be HTTP/1.0.
 * @throws ProtocolViolation
 */
export function parseResponseHead(text: string, method: string): ResponseHead {
  if (!text.startsWith('HTTP/1.1 ') && !(method === 'CONNECT' && text.startsWith('HTTP/1.0 '))) {
    throw new ProtocolViolation('An answer does not begin with HTTP/1.1')
  }
  if (!wellFormed.test(text)) throw new ProtocolViolation(`An answer is not well-formed in ${findFault(text)}`)
  const lines = new HeaderLines(text)
  // Fewer bytes than the shortest lines of so many headers would take: no need to count.
  if (text.length > maxHeaderCount * 4 && [...lines.entries()].length > maxHeaderCount)
    throw new ProtocolViolation(`An answer has more than ${maxHeaderCount} headers`)
  const status = Number(text.slice(9, 12))
  return new ResponseHead(status, lines, frame(status, lines, method))
}

/** Which line it is, not what it says: that is the server's, and may be anything. */
function findFault(text: string): string {
  const lines = text.split('\r\n').slice(0, -2)
  const index = lines.findIndex((line, number) => !wellFormed.test(number === 0 ? `${line}\r\n\r\n` : `HTTP/1.1 200\r\n${line}\r\n\r\n`))
  return index <= 0 ? 'its status line' : `its header line ${index}`
}

/** RFC 9112 6.3, without a body that only the end of the connection ends: a lost connection would look like a complete answer. */
function frame(status: number, lines: HeaderLines, method: string): Framing {
  const coding = lines.value('transfer-encoding')
  const stated = lines.value('content-length')
  const connection = lines.value('connection')
  // `close` among the options of the connection; a server that offers something else has not been asked.
  const keepAlive = connection === undefined || connection === 'keep-alive' || !/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(connection)
  if (coding !== undefined && stated !== undefined)
    throw new ProtocolViolation('An answer has both a content-length and a transfer-encoding')
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    throw new ProtocolViolation('An answer has a transfer-encoding other than chunked')
  if (stated !== undefined && !/^\d{1,15}$/.test(stated))
    throw new ProtocolViolation('An answer has a content-length that is not one number')
  const isInterim = status < 200
  if ((isInterim || status === 204) && (coding !== undefined || Number(stated ?? 0) > 0)) {
    throw new ProtocolViolation(`An answer with status ${status} states a body, which it cannot have`)
  }
  if (isInterim || status === 204 || status === 304 || method === 'HEAD' || (method === 'CONNECT' && status < 300))
    return { contentLength: 0, keepAlive }
  if (coding !== undefined) return { contentLength: undefined, keepAlive }
  if (stated === undefined)
    throw new ProtocolViolation('An answer states no length: where its body ends cannot be told from a lost connection')
  return { contentLength: Number(stated), keepAlive }
}
