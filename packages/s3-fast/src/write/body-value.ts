import type { Pieces } from '../http/pieces.ts'

/** What can be stored: text as UTF-8, bytes, bytes that lie in pieces (sent in order, not joined), or a stream of unknown length (a Node `Readable`, a web `ReadableStream`, any async iterable). */
export type S3Value = string | Uint8Array | ArrayBuffer | readonly Uint8Array[] | AsyncIterable<Uint8Array>

/** The value's bytes in memory, or its stream. @throws TypeError for what is neither. */
export function readValue(value: S3Value): { readonly pieces: Pieces } | { readonly stream: AsyncIterable<Uint8Array> } {
  if (typeof value === 'string') return { pieces: [Buffer.from(value)] }
  if (value instanceof Uint8Array) return { pieces: [value] }
  if (value instanceof ArrayBuffer) return { pieces: [new Uint8Array(value)] }
  if (Array.isArray(value)) {
    const wrong = value.findIndex((piece) => !(piece instanceof Uint8Array))
    if (wrong !== -1) throw new TypeError(`A body in pieces is a list of Uint8Array, and piece ${wrong} is not one.`)
    return { pieces: value }
  }
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value) return { stream: bytesOf(value) }
  throw new TypeError(
    `A body is a string, a Uint8Array, a list of them or a stream of them, not ${value === null ? 'null' : typeof value}. JSON.stringify() or encode it first.`,
  )
}

/** Streams of text give strings, which the type does not allow and Node does. */
async function* bytesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    if (typeof chunk === 'string') yield Buffer.from(chunk)
    else if (chunk instanceof Uint8Array) yield chunk
    else throw new TypeError(`A stream of bytes gave a piece that is not a Uint8Array but ${typeof chunk}.`)
  }
}
