import { chunkBytes } from '../document.ts'

/**
 * Cuts bytes that come in pieces into chunks of {@link chunkBytes}, the last one shorter. Full chunks are filled into arrays of `free` where there are any.
 */
export async function* byteChunks(pieces: AsyncIterable<Uint8Array>, free: Uint8Array[]): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(0)
  let length = 0
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.length; ) {
      if (length === chunkBytes) {
        yield chunk
        chunk = new Uint8Array(0)
        length = 0
      }
      const part = piece.subarray(offset, offset + chunkBytes - length)
      if (length + part.length > chunk.length) chunk = grown(chunk, length, length + part.length, free)
      chunk.set(part, length)
      length += part.length
      offset += part.length
    }
  }
  if (length > 0) yield chunk.subarray(0, length)
}

/** A small file has a small chunk; one that has come to an eighth of the largest may as well be that. */
function grown(chunk: Uint8Array, length: number, needed: number, free: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = free.length > 0 || needed > chunkBytes / 8
  const larger = whole ? ((free.pop() as Uint8Array<ArrayBuffer> | undefined) ?? new Uint8Array(chunkBytes)) : new Uint8Array(needed * 2)
  larger.set(chunk.subarray(0, length))
  return larger
}
