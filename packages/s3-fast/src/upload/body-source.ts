import type { FileHandle } from 'node:fs/promises'
import { S3Error } from '../errors/s3-error.ts'
import type { Pieces } from '../http/pieces.ts'
import { maxParts, partRanges, partSizeOf, streamPartSize } from './part-sizes.ts'
import { PieceList } from './piece-list.ts'
import { slicePieces } from './slice-pieces.ts'

/** A part of a body, ready to be sent. */
export interface SourcePart {
  /** From 1. */
  readonly number: number
  readonly sizeBytes: number
  /** Reads the bytes into memory where they are not there yet. What comes before `release` holds the part's memory. */
  read(): Promise<Pieces>
  release(): void
}

/** A body that is sent in parts, asked for one after the other; what a part needs in memory is taken by `read`. */
export type BodySource = AsyncIterable<SourcePart> | Iterable<SourcePart>

/** Parts of what is in memory: views, no copies. */
export function* piecesSource(pieces: Pieces, sizeBytes: number): Generator<SourcePart> {
  for (const { number, start, end, sizeBytes: partBytes } of partRanges(sizeBytes, partSizeOf(sizeBytes)))
    yield { number, sizeBytes: partBytes, read: async () => slicePieces(pieces, { start, end }), release: () => {} }
}

/** Parts of a file, each read at its offset into a buffer that later parts use again. */
export function* fileSource(
  file: FileHandle,
  { path, sizeBytes }: { readonly path: string; readonly sizeBytes: number },
): Generator<SourcePart> {
  const free: Buffer[] = []
  const wholePartBytes = partSizeOf(sizeBytes)
  for (const { number, start, sizeBytes: partBytes } of partRanges(sizeBytes, wholePartBytes)) {
    let buffer: Buffer | undefined
    yield {
      number,
      sizeBytes: partBytes,
      read: async () => {
        buffer = free.pop() ?? Buffer.allocUnsafeSlow(wholePartBytes)
        return [await readExactly(file, { buffer: buffer.subarray(0, partBytes), position: start, path })]
      },
      release: () => {
        if (buffer) free.push(buffer)
        buffer = undefined
      },
    }
  }
}

/**
 * Parts of a stream of unknown length, cut as its pieces come; small pieces are put together. A part is in memory from the time at which it is full until it is released.
 *
 * @throws RangeError for more than 5 TiB; what the stream throws.
 */
export async function* streamSource(stream: AsyncIterable<Uint8Array>): AsyncGenerator<SourcePart> {
  const list = new PieceList()
  let number = 1
  for await (const chunk of stream) {
    let rest = chunk
    while (rest.byteLength > 0) {
      const room = streamPartSize(number) - list.sizeBytes
      list.add(rest.subarray(0, room))
      rest = rest.subarray(room)
      if (list.sizeBytes < streamPartSize(number)) continue
      if (number > maxParts) throw new RangeError('S3 stores objects of up to 5 TiB, and this stream is longer.')
      yield inMemory(number, list)
      number += 1
    }
  }
  if (list.sizeBytes > 0 || number === 1) yield inMemory(number, list)
}

function inMemory(number: number, list: PieceList): SourcePart {
  const { sizeBytes } = list
  let held = list.take()
  return {
    number,
    sizeBytes,
    read: async () => held,
    release: () => {
      held = []
    },
  }
}

async function readExactly(
  file: FileHandle,
  { buffer, position, path }: { readonly buffer: Buffer; readonly position: number; readonly path: string },
): Promise<Buffer> {
  for (let done = 0; done < buffer.byteLength; ) {
    const { bytesRead } = await file.read(buffer, done, buffer.byteLength - done, position + done)
    if (bytesRead === 0)
      throw new S3Error({
        code: 'changed',
        message: `${path} became shorter while it was uploaded. Upload it again when nothing writes to it.`,
        retryable: false,
      })
    done += bytesRead
  }
  return buffer
}
