import type { OnReadOpts, Socket } from 'node:net'
import { SinkFailure } from '../answer/answer-body.ts'
import { AnswerReader } from '../answer/answer-reader.ts'
import { sharedReadBuffer } from '../answer/read-buffers.ts'
import type { ProtocolViolation, ResponseHead } from '../answer/response-head.ts'
import type { HttpErrorCode, HttpOrigin } from '../http-client-seam.ts'
import { HttpError } from '../http-error.ts'
import type { OpenedSocket } from '../opening/open-socket.ts'
import { RequestWriter } from '../request/request-writer.ts'
import type { PendingRequest } from './pending-request.ts'

/** Who has connections: a pool. */
export interface ConnectionOwner {
  readonly origin: HttpOrigin
  open(options: { readonly onread: OnReadOpts; readonly signal: AbortSignal; readonly onProgress: () => void }): Promise<OpenedSocket>
  /** It is free for another request; `head` is of its last answer. */
  onFree(connection: Connection, head: ResponseHead): void
  /** It takes no more requests. */
  onLost(connection: Connection): void
  /** Its socket and what it held are gone. */
  onClosed(connection: Connection): void
  /** A request was put on a connection that the server had closed, and was not read: the next connection is for it. */
  onUnread(pending: PendingRequest): void
}

/** After a failed write of a body an answer that has been sent is here at once; this long is waited for it. */
const lastWordsMs = 1_000

/** One connection to an origin, from opening to closing, with one request on it at a time. A state machine of callbacks: nothing is allocated for a request but its answer. */
export class Connection {
  readonly #owner: ConnectionOwner
  readonly #opening = new AbortController()
  readonly #reader: AnswerReader
  #socket: Socket | undefined
  #writer: RequestWriter | undefined
  #pending: PendingRequest | undefined
  #isGone = false
  #isReused = false
  /** The server ended it while a sink was waited for. */
  #hasEnded = false
  /** Writing the body failed; an answer may still be there to read. */
  #writeFailed = false
  #quietMs = 0
  #quietLimitMs = 0

  /** Opens a connection for a request, which it then sends. */
  constructor(owner: ConnectionOwner, pending: PendingRequest) {
    this.#owner = owner
    this.#reader = new AnswerReader({
      gathers: owner.origin.protocol === 'https:',
      onAnswer: (head) => this.#finish(head),
      onRefused: (error) => this.#refuse(error),
      onReady: () => this.#goOn(),
    })
    this.#pending = pending
    this.#quietLimitMs = pending.request.idleTimeoutMs
    pending.connection = this
    void this.#open()
  }

  /** Sends a request; the connection must be free. */
  start(pending: PendingRequest): void {
    const { request } = pending
    this.#pending = pending
    pending.connection = this
    this.#quietMs = 0
    this.#quietLimitMs = request.idleTimeoutMs
    this.#reader.expect(request)
    this.#writer?.send(pending)
  }

  /** Nothing is to be sent for now: the connection is closed after `limitMs`, and does not keep the program running. */
  rest(limitMs: number): void {
    this.#quietMs = 0
    this.#quietLimitMs = limitMs
    this.#socket?.unref()
  }

  wake(): void {
    this.#socket?.ref()
  }

  /** Time passed. A loop that was blocked counts as one tick, so that what waits in the system's buffers is no silence. */
  tick(elapsedMs: number): void {
    if (this.#reader.isWaiting || this.#isGone) return
    this.#quietMs += elapsedMs
    // One tick more: the first one may have been short.
    if (this.#quietMs <= this.#quietLimitMs + elapsedMs) return
    const idleTimeoutMs = this.#pending?.request.idleTimeoutMs
    if (idleTimeoutMs === undefined) this.#drop()
    else if (this.#writeFailed) this.#fail('connection-lost', 'the server closed the connection while the body was sent, without an answer')
    else if (this.#socket) this.#fail('timeout', `the server was silent for ${idleTimeoutMs} ms`)
    else this.#fail('timeout', `no connection within ${idleTimeoutMs} ms of silence`, { requestSent: false })
  }

  /** Ends it; the request on it gets nothing more from here. */
  abandon(): void {
    this.#pending = undefined
    this.#drop()
  }

  /** Ends it; the request on it is rejected. */
  close(): void {
    this.#fail('connection-lost', 'the client was closed', { retryable: false, requestSent: this.#socket !== undefined })
  }

  async #open(): Promise<void> {
    // Only over TLS do bytes gather where they are read to, so only there the buffer changes from read to read.
    const buffer = this.#owner.origin.protocol === 'https:' ? () => this.#reader.readBuffer() : sharedReadBuffer()
    const onread: OnReadOpts = { buffer, callback: (length, bytes) => this.#read(bytes as Buffer, length) }
    try {
      this.#adopt(await this.#owner.open({ onread, signal: this.#opening.signal, onProgress: () => this.#stir() }))
    } catch (error) {
      const pending = this.#pending
      this.abandon()
      this.#owner.onClosed(this)
      pending?.reject(error)
      return
    }
    if (this.#pending) this.start(this.#pending)
  }

  #adopt({ socket, usesOnread }: OpenedSocket): void {
    this.#socket = socket
    socket.on('error', (error) => this.#lose(error))
    socket.on('end', () => this.#lose(undefined))
    socket.on('close', () => {
      this.#lose(undefined)
      this.#owner.onClosed(this)
    })
    this.#writer = new RequestWriter(socket, { onProgress: () => this.#stir(), onWriteFailed: () => this.#awaitLastWords() })
    if (!usesOnread) {
      socket.on('data', (chunk: Buffer) => {
        if (!this.#read(chunk, chunk.length)) socket.pause()
      })
    }
    if (this.#isGone) socket.destroy()
  }

  #stir(): void {
    this.#quietMs = 0
  }

  #awaitLastWords(): void {
    this.#writer?.stop()
    this.#writeFailed = true
    this.#quietMs = 0
    this.#quietLimitMs = Math.min(this.#quietLimitMs, lastWordsMs)
  }

  #read(bytes: Buffer, length: number): boolean {
    this.#quietMs = 0
    if (this.#isGone) return false
    if (this.#pending) return this.#reader.read(bytes, length)
    // Most often `408` and the end: nobody asked, and nobody is told.
    this.#drop()
    return false
  }

  #goOn(): void {
    this.#quietMs = 0
    if (this.#hasEnded) this.#lose(undefined)
    else this.#socket?.resume()
  }

  #finish(head: ResponseHead): boolean {
    const pending = this.#pending as PendingRequest
    this.#pending = undefined
    this.#isReused = true
    if (!head.keepAlive || this.#hasEnded || this.#writeFailed) this.#drop()
    // Its last bytes may have gone while the answer was read: a moment later it is known.
    else if (this.#writer?.isSending) setImmediate(() => this.#freeIfSent(head))
    else this.#owner.onFree(this, head)
    pending.resolve(head)
    return !this.#isGone
  }

  /** A server that answered before it had the whole body will not take another request. */
  #freeIfSent(head: ResponseHead): void {
    if (this.#isGone) return
    if (this.#writer?.isSending) this.#drop()
    else this.#owner.onFree(this, head)
  }

  #refuse(error: ProtocolViolation | SinkFailure): void {
    if (error instanceof SinkFailure) this.#fail('sink-failed', 'what receives the body failed', { cause: error.cause, retryable: false })
    else this.#fail('protocol', error.message, { cause: error })
  }

  /** The connection ended or broke. */
  #lose(error: (Error & { readonly syscall?: string }) | undefined): void {
    if (this.#isGone) return
    if (error === undefined && this.#reader.isWaiting) this.#hasEnded = true
    else if (this.#pending) this.#loseRequest(this.#pending, error)
    else this.#drop()
  }

  #loseRequest(pending: PendingRequest, cause: (Error & { readonly syscall?: string }) | undefined): void {
    const why = cause ? cause.message : 'the server closed the connection'
    if (this.#reader.head) {
      this.#reader.flush()
      this.#fail('truncated', `the answer broke off in its body: ${why}`, { cause })
      return
    }
    const { method } = pending.request
    // A single write that failed was not taken by the system.
    const requestSent = cause?.syscall !== 'write' || this.#writer?.isSending === true
    const isUnread = this.#isReused && !this.#reader.hasBegun && !pending.isReplaced
    if (isUnread && (!requestSent || method === 'GET' || method === 'HEAD')) {
      pending.isReplaced = true
      this.#owner.onUnread(pending)
      this.abandon()
    } else {
      this.#fail('connection-lost', `the connection was lost before an answer came: ${why}`, { cause, requestSent })
    }
  }

  #fail(code: HttpErrorCode, why: string, details: { cause?: unknown; requestSent?: boolean; retryable?: boolean } = {}): void {
    const { cause, requestSent = true, retryable = true } = details
    const pending = this.#pending
    this.#pending = undefined
    this.#drop()
    if (!pending) return
    const { protocol, hostname, port } = this.#owner.origin
    const subject = `${protocol}//${hostname}:${port}`
    const message = `Could not complete a ${pending.request.method} request to ${subject}: ${why}.`
    pending.reject(new HttpError(code, message, { subject, requestSent, retryable, cause }))
  }

  #drop(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#reader.stop()
    this.#writer?.stop()
    this.#owner.onLost(this)
    this.#opening.abort(new Error('The connection is no longer wanted'))
    this.#socket?.destroy()
  }
}
