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

/** Which bytes may stand in a header's name (RFC 9110 5.6.2) and in a value or reason (RFC 9110 5.5; obs-text is let through as Latin-1). */
const isNameByte: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code))),
)
const isValueByte: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => Number(code === 9 || (code >= 32 && code !== 127)))

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
  const status = parseStatus(text, method)
  const statusEnd = endOfValue(text, 9)
  const marks: number[] = []
  const end = text.length - 2
  for (let at = statusEnd + 2; at < end; ) {
    const nameStart = at
    while (isNameByte[text.charCodeAt(at)] === 1) at += 1
    if (at === nameStart || text.charCodeAt(at) !== 58) throw new ProtocolViolation('A header line does not begin with a name and a colon')
    const nameEnd = at
    const lineEnd = endOfValue(text, at + 1)
    let [valueStart, valueEnd] = [at + 1, lineEnd]
    while (valueStart < valueEnd && isBlank(text.charCodeAt(valueStart))) valueStart += 1
    while (valueEnd > valueStart && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd -= 1
    marks.push(nameStart, nameEnd, valueStart, valueEnd)
    at = lineEnd + 2
  }
  if (marks.length > maxHeaderCount * 4) throw new ProtocolViolation(`An answer has more than ${maxHeaderCount} headers`)
  return new ResponseHead(status, text, marks, frame(status, text, marks, method))
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

function parseStatus(text: string, method: string): number {
  if (!text.startsWith('HTTP/1.1 ') && !(method === 'CONNECT' && text.startsWith('HTTP/1.0 '))) {
    throw new ProtocolViolation('An answer does not begin with HTTP/1.1')
  }
  let status = 0
  for (let at = 9; at < 12; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) throw new ProtocolViolation('An answer has no status of three digits')
    status = status * 10 + digit
  }
  const after = text.charCodeAt(12)
  if ((after !== 32 && after !== 13) || status < 100 || status > 599) throw new ProtocolViolation('An answer has no status from 100 to 599')
  return status
}

/** Where the line that goes on at `start` ends: at its CR, which LF must follow. */
function endOfValue(text: string, start: number): number {
  let at = start
  while (isValueByte[text.charCodeAt(at)] === 1) at += 1
  if (text.charCodeAt(at) !== 13 || text.charCodeAt(at + 1) !== 10)
    throw new ProtocolViolation('A header line has a control character in it')
  return at
}

function joinValues(text: string, marks: readonly number[], name: string): string | undefined {
  let joined: string | undefined
  for (let mark = 0; mark < marks.length; mark += 4) {
    const [start = 0, end = 0] = [marks[mark], marks[mark + 1]]
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
  // `close` among the options of the connection; a server that offers something else has not been asked.
  const keepAlive = !/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(joinValues(text, marks, 'connection') ?? '')
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
