import type { HttpRequest } from '../http-client-seam.ts'
import { piecesSize } from '../pieces.ts'

/** How requests go to a plain proxy: with the whole URL, and the proxy's credentials. Empty for all others. */
export interface RequestForm {
  /** Before the target: `http://host:port`. */
  readonly targetPrefix: string
  /** After the headers, each with its CR LF. */
  readonly moreHeaders: string
}

/** Request line and headers, as they go on the wire. @throws TypeError for what would let a key or a header's value write another header or request. */
export function writeRequestHead(request: HttpRequest, { targetPrefix, moreHeaders }: RequestForm): string {
  const { method, target, headers, body } = request
  const head = `${method} ${targetPrefix}${target} HTTP/1.1\r\n${headers}${moreHeaders}\r\n`
  // All of it at once: the text that is looked at is the one that is sent, put together only here.
  if (!wellFormed.test(head)) throw refusal(request)
  if (body !== undefined) checkLength(head, piecesSize(body))
  return head
}

const wellFormed = /^[A-Z]+ [!-~]+ HTTP\/1\.1\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/

function refusal({ target }: HttpRequest): TypeError {
  return /^[!-~]+$/.test(target)
    ? new TypeError('A header of a request has a character that no header may have, such as a line break or one beyond Latin-1')
    : new TypeError(`A request's target must be percent-encoded, not ${JSON.stringify(target)}`)
}

function checkLength(head: string, sizeBytes: number): void {
  if (head.includes(`\r\ncontent-length: ${sizeBytes}\r\n`)) return
  if (sizeBytes === 0 && !/^content-length:/im.test(head)) return
  throw new TypeError(`A request's content-length must be the length of its body, ${sizeBytes} bytes`)
}
