import type { ServerResponse } from 'node:http'
import type { BodySource } from '../s3/storage/body-source.ts'
import { giveBuffer, takeBuffer } from './buffer-pool.ts'

/** Gets each piece before it is sent, with the number of bytes before it; what it gives back is sent instead. */
export type OnPiece = (piece: Buffer, offset: number) => Buffer | Promise<Buffer>

/**
 * Sends a source as the body of a response whose head is written, without its end; the next piece is read while one is sent.
 *
 * @throws what reading gives, and an error when the client has gone.
 */
export async function sendSource(response: ServerResponse, source: BodySource, onPiece?: OnPiece): Promise<void> {
  let filling = takeBuffer()
  let sending = takeBuffer()
  let sent: Promise<void> = Promise.resolve()
  try {
    for (let offset = 0; offset < source.sizeBytes; ) {
      const count = await source.read(filling)
      if (count === 0) throw new Error('The body of an object ended too early.')
      const read = filling.subarray(0, count)
      const piece = onPiece ? await onPiece(read, offset) : read
      await sent
      sent = write(response, piece)
      // It is awaited before the next piece; until then its failure is no one else's.
      sent.catch(() => {})
      offset += count
      ;[filling, sending] = [sending, filling]
    }
    await sent
    giveBuffer(filling)
    giveBuffer(sending)
  } finally {
    // Where it failed the buffers may still be in use by the socket: they are left to the collector.
    source.close()
  }
}

/** Settles when the socket has taken the piece. */
function write(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error('The client has gone.'))
    if (response.destroyed) return onClose()
    response.once('close', onClose)
    response.write(piece, (error) => {
      response.off('close', onClose)
      if (error) reject(error)
      else resolve()
    })
  })
}
