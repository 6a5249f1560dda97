import type { HttpResponse } from './http-client-seam.ts'

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

/** Status and headers of one answer; `body` is filled in by who collects it. Header values are cut out of the text when they are asked for. */
export class ResponseHead implements HttpResponse {
  readonly status: number
  readonly contentLength: number | undefined
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean
  body: Buffer = noBody
  readonly #text: string
  /** For each header: start and end of its name, start and end of its value. */
  readonly #marks: readonly number[]

  constructor(status: number, text: string, marks: readonly number[], framing: Framing) {
    this.status = status
    this.#text = text
    this.#marks = marks
    this.contentLength = framing.contentLength
    this.keepAlive = framing.keepAlive
  }

  header(name: string): string | undefined {
    return joinValues(this.#text, this.#marks, name)
  }

  *headers(): Generator<[name: string, value: string]> {
    for (let mark = 0; mark < this.#marks.length; mark += 4) {
      yield [
        this.#text.slice(this.#marks[mark], this.#marks[mark + 1]).toLowerCase(),
        this.#text.slice(this.#marks[mark + 2], this.#marks[mark + 3]),
      ]
    }
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
  const status = Number(text.slice(9, 12))
  const marks: number[] = []
  const end = text.length - 2
  for (let at = text.indexOf('\r\n') + 2; at < end; ) {
    const nameEnd = text.indexOf(':', at)
    const lineEnd = text.indexOf('\r\n', nameEnd)
    let valueStart = nameEnd + 1
    let valueEnd = lineEnd
    while (valueStart < valueEnd && isBlank(text.charCodeAt(valueStart))) valueStart += 1
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd -= 1
    marks.push(at, nameEnd, valueStart, valueEnd)
    at = lineEnd + 2
  }
  if (marks.length > maxHeaderCount * 4) throw new ProtocolViolation(`An answer has more than ${maxHeaderCount} headers`)
  return new ResponseHead(status, text, marks, frame(status, text, marks, method))
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

/** Which line it is, not what it says: that is the server's, and may be anything. */
function findFault(text: string): string {
  const lines = text.split('\r\n').slice(0, -2)
  const index = lines.findIndex((line, number) => !wellFormed.test(number === 0 ? `${line}\r\n\r\n` : `HTTP/1.1 200\r\n${line}\r\n\r\n`))
  return index <= 0 ? 'its status line' : `its header line ${index}`
}

function joinValues(text: string, marks: readonly number[], name: string): string | undefined {
  let joined: string | undefined
  for (let mark = 0; mark < marks.length; mark += 4) {
    const start = marks[mark] as number
    const end = marks[mark + 1] as number
    // Most names differ in length: those that do not are cut out and compared.
    if (end - start !== name.length || text.slice(start, end).toLowerCase() !== name) continue
    const value = text.slice(marks[mark + 2], marks[mark + 3])
    joined = joined === undefined ? value : `${joined}, ${value}`
  }
  return joined
}

/** RFC 9112 6.3, without a body that only the end of the connection ends: a lost connection would look like a complete answer. */
function frame(status: number, text: string, marks: readonly number[], method: string): Framing {
  const coding = joinValues(text, marks, 'transfer-encoding')
  const stated = joinValues(text, marks, 'content-length')
  const connection = joinValues(text, marks, 'connection')
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
