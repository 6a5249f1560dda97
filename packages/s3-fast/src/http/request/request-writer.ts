import type { Socket } from 'node:net'
import { piecesSize } from '../pieces.ts'
import type { PendingRequest } from '../pool/pending-request.ts'

/** A body up to this size goes into one write with the head. */
const joinedBytes = 64 * 1024
/** A large body goes out in slices of this size: each that is gone shows that the connection is not silent. */
const sliceBytes = 1024 * 1024

let scratch: Buffer | undefined

/** Writes the requests of one connection, one after another. */
export class RequestWriter {
  readonly #socket: Socket
  readonly #onProgress: () => void
  readonly #onWriteFailed: () => void
  #body: readonly Uint8Array[] = []
  #piece = 0
  #offset = 0
  #isWithholding = false
  /** Whether a part of a large body has not been handed to the system. */
  isSending = false

  constructor(socket: Socket, events: { readonly onProgress: () => void; readonly onWriteFailed: () => void }) {
    this.#socket = socket
    this.#onProgress = events.onProgress
    this.#onWriteFailed = events.onWriteFailed
  }

  send({ request: { body }, head }: PendingRequest): void {
    const bodyLength = body === undefined ? 0 : piecesSize(body)
    if (body === undefined || bodyLength === 0) {
      this.#socket.write(head, 'latin1')
    } else if (bodyLength > joinedBytes) {
      this.#sendLarge(head, body)
    } else if ('encrypted' in this.#socket) {
      this.#sendTogether(head, body)
    } else {
      this.#sendJoined(head, { body, bodyLength })
    }
  }

  /** Nothing more of the body is sent. */
  stop(): void {
    this.#body = []
  }

  /** Over TCP one write of bytes that lie together is cheaper than a list of them, copy included. */
  #sendJoined(head: string, { body, bodyLength }: { readonly body: readonly Uint8Array[]; readonly bodyLength: number }): void {
    const total = head.length + bodyLength
    const room = scratch && scratch.length >= total ? scratch : Buffer.allocUnsafeSlow(total + joinedBytes)
    scratch = undefined
    let at = room.write(head, 0, 'latin1')
    for (const piece of body) {
      room.set(piece, at)
      at += piece.length
    }
    this.#socket.write(room.subarray(0, at))
    // Gone at once, which is the rule: the next request may use the same memory.
    if (this.#socket.writableLength === 0) scratch = room
  }

  /** TLS puts pieces into memory of its own at once, so a copy before that would be one too many, and it is done with ours too late to use it again. */
  #sendTogether(head: string, body: readonly Uint8Array[]): void {
    this.#socket.cork()
    this.#socket.write(head, 'latin1')
    for (const piece of body) this.#socket.write(piece)
    this.#socket.uncork()
  }

  #sendLarge(head: string, body: readonly Uint8Array[]): void {
    this.#body = body
    this.#piece = 0
    this.#offset = 0
    this.isSending = true
    this.#withholdWriteErrors()
    this.#socket.write(head, 'latin1')
    this.#sendSlice()
  }

  #sendSlice = (): void => {
    for (;;) {
      const piece = this.#body[this.#piece]
      if (piece === undefined) {
        this.isSending = false
        this.#body = []
        return
      }
      if (this.#offset < piece.length) {
        const slice = piece.subarray(this.#offset, this.#offset + sliceBytes)
        this.#offset += slice.length
        this.#socket.write(slice, this.#onSliceSent)
        return
      }
      this.#piece += 1
      this.#offset = 0
    }
  }

  #onSliceSent = (error?: Error | null): void => {
    if (error) return
    this.#onProgress()
    this.#sendSlice()
  }

  /**
   * A server may answer in the middle of a body and close: what is written then fails, and Node would destroy the socket with the answer unread in it.
   * So a failed write of a large body is kept from the stream; the connection ends when what can be read has been read.
   * Only for connections that send one: for the engine a socket with a method of its own is of another kind, and slower.
   */
  #withholdWriteErrors(): void {
    if (this.#isWithholding) return
    this.#isWithholding = true
    const socket = this.#socket
    const write = socket._write
    socket._write = (chunk: unknown, encoding: BufferEncoding, callback: (error?: Error | null) => void): void => {
      const guarded = (error?: Error | null): void => {
        if (error) this.#onWriteFailed()
        else callback()
      }
      write.call(socket, chunk, encoding, this.isSending ? guarded : callback)
    }
  }
}
