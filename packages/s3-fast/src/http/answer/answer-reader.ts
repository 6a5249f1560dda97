import type { HttpRequest } from '../http-client-seam.ts'
import { AnswerBody, SinkFailure } from './answer-body.ts'
import { sharedReadBuffer } from './read-buffers.ts'
import { ProtocolViolation, type ResponseHead } from './response-head.ts'
import { ResponseParser } from './response-parser.ts'

/** Whom an answer is told to. Each ends what is under way: the reader does nothing more until the next `expect`. */
export interface AnswerEvents {
  /** Whether the connection goes on. */
  onAnswer(head: ResponseHead): boolean
  onRefused(error: ProtocolViolation | SinkFailure): void
  /** A sink that had to be waited for is ready: reading goes on. */
  onReady(): void
}

/** Makes answers out of what one connection reads, and waits for sinks that ask for it. */
export class AnswerReader {
  readonly #events: AnswerEvents
  readonly #parser = new ResponseParser()
  readonly #body: AnswerBody
  #request: HttpRequest | undefined
  /** Some byte of the answer came. */
  hasBegun = false
  /** A sink has returned a promise: nothing more is parsed until it settles. */
  isWaiting = false
  /** What came meanwhile: over TLS a paused connection still gives what it has decrypted. */
  #held: Buffer[] = []

  constructor(options: AnswerEvents & { readonly gathers: boolean }) {
    this.#events = options
    this.#body = new AnswerBody(options)
  }

  /** The head of the answer under way, once it is complete. */
  get head(): ResponseHead | undefined {
    return this.#parser.head
  }

  /**
   * Where the next bytes of the connection are to be read to. Asked for after each read, so the answer must hold until after the next one: during a wait,
   * which ends between reads and moves what has gathered, bytes go to the buffer that nobody keeps.
   */
  readBuffer(): Buffer {
    return this.isWaiting ? sharedReadBuffer() : this.#body.readBuffer()
  }

  expect(request: HttpRequest): void {
    this.#request = request
    this.hasBegun = false
    this.#parser.expect(request.method)
  }

  /** Bytes came. Whether more are wanted now. */
  read(bytes: Buffer, length: number): boolean {
    this.hasBegun = true
    if (this.isWaiting) {
      this.#held.push(Buffer.from(bytes.subarray(0, length)))
      return false
    }
    return this.#parse(bytes, length)
  }

  /** The connection broke: the sink gets what has gathered, which is of use to who goes on from there. */
  flush(): void {
    try {
      // Nobody waits for it: the request fails for another reason.
      this.#body.flush()?.catch(() => {})
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Nothing more of the answer is of interest. */
  stop(): void {
    this.#request = undefined
    this.#held = []
    this.#body.abandon()
  }

  #parse(bytes: Buffer, length: number): boolean {
    this.#parser.feed(bytes, { start: 0, end: length })
    try {
      for (;;) {
        switch (this.#parser.next()) {
          case 'more':
            return true
          case 'head':
            this.#body.begin(this.#parser.head as ResponseHead, this.#request as HttpRequest)
            break
          case 'body': {
            const waiting = this.#body.take(bytes, { start: this.#parser.bodyStart, end: this.#parser.bodyEnd })
            if (waiting === undefined) break
            this.#wait(waiting, () => this.#parseHeld())
            return false
          }
          case 'end': {
            const waiting = this.#body.flush()
            if (waiting === undefined) return this.#finish()
            this.#wait(waiting, () => this.#finish())
            return false
          }
        }
      }
    } catch (error) {
      this.#refuse(error)
      return false
    }
  }

  #wait(waiting: Promise<void>, goOn: () => boolean): void {
    const request = this.#request
    this.isWaiting = true
    const rest = this.#parser.takeRest()
    if (rest.length > 0) this.#held.push(rest)
    const settle = (act: () => void): void => {
      this.isWaiting = false
      if (request === this.#request) act()
    }
    waiting.then(
      () =>
        settle(() => {
          if (goOn()) this.#events.onReady()
        }),
      (error: unknown) => settle(() => this.#refuse(error)),
    )
  }

  /** Also where nothing is held: what was parsed last may have been the end. */
  #parseHeld(): boolean {
    const held = this.#held
    this.#held = []
    const bytes = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)
    return this.#parse(bytes, bytes.length)
  }

  #finish(): boolean {
    if (this.#held.length > 0) {
      this.#events.onRefused(new ProtocolViolation('More bytes follow an answer than it stated'))
      return false
    }
    const head = this.#parser.head as ResponseHead
    const body = this.#body.end()
    if (body) head.body = body
    return this.#events.onAnswer(head)
  }

  #refuse(error: unknown): void {
    if (!(error instanceof SinkFailure || error instanceof ProtocolViolation)) throw error
    this.#events.onRefused(error)
  }
}
