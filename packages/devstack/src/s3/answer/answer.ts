import type { BodySource } from '../storage/body-source.ts'
import { writeXml, type XmlElements } from '../xml/write-xml.ts'

/** What is answered to a request. The sender adds `Content-Length`, `Date` and the request's id. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A source is closed by the sender. */
  readonly body?: Buffer | BodySource
  /** What a HEAD says of a body that it does not send, in bytes. */
  readonly headSizeBytes?: number
}

/** An answer that is an XML document. */
export function xmlAnswer(root: string, content: XmlElements | string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { ...headers, 'Content-Type': 'application/xml' }, body: Buffer.from(writeXml(root, content)) }
}

/** An answer without a body. */
export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers }
}
