import type { BodySink, HttpRequest } from '../http-client-seam.ts'
import { releaseGatherBuffer, sharedReadBuffer, takeGatherBuffer } from './read-buffers.ts'
import { ProtocolViolation, type ResponseHead } from './response-head.ts'

/** What the sink threw, or what its promise was rejected with. */
export class SinkFailure extends Error {
  constructor(cause: unknown) {
    super('The sink of a body failed', { cause })
  }
}

/** Collected at most where no length is stated. */
const maxUnstatedBytes = 64 * 1024 * 1024
/** A TLS record is 16 KiB: below this much room a read would be cut. */
const roomBytes = 64 * 1024

/** Where the bodies of one connection's answers go, one after another: to the request's sink, or into a buffer of exactly their length. */
export class AnswerBody {
  /** Whether reads are small whatever the buffer's size, as over TLS: they gather up to 1 MiB then before the sink sees them. */
  readonly #gathers: boolean
  #sink: BodySink | undefined
  #collected: Buffer | undefined
  #length = 0
  #isUnstated = false
  #gather: Buffer | undefined
  #gathered = 0

  constructor(options: { readonly gathers: boolean }) {
    this.#gathers = options.gathers
  }

  /** Where the next bytes of the connection are to be read to. */
  readBuffer(): Buffer {
    return this.#gather === undefined ? sharedReadBuffer() : this.#gather.subarray(this.#gathered)
  }

  /** A body begins. @throws SinkFailure */
  begin(head: ResponseHead, request: HttpRequest): void {
    const { contentLength } = head
    this.#length = 0
    this.#collected = undefined
    this.#sink = undefined
    this.#isUnstated = contentLength === undefined
    if (request.sink && accepts(request.sink, head)) {
      this.#sink = request.sink
      if (this.#gathers && (contentLength ?? Number.POSITIVE_INFINITY) > roomBytes) this.#gather = takeGatherBuffer()
    } else if (contentLength !== 0) {
      this.#collected = allocate(contentLength ?? roomBytes)
    }
  }

  /** The body goes on from `start` to `end` of `bytes`. What is returned must settle before it may go on. @throws SinkFailure */
  take(bytes: Buffer, range: { readonly start: number; readonly end: number }): void | Promise<void> {
    const { start, end } = range
    if (this.#gather) return this.#gatherPiece(bytes, range)
    if (this.#sink) return give(this.#sink, bytes.subarray(start, end))
    if (this.#isUnstated) this.#grow(end - start)
    bytes.copy(this.#collected as Buffer, this.#length, start, end)
    this.#length += end - start
  }

  /** The body has ended, or will not go on: the sink gets what it has not seen. @throws SinkFailure */
  flush(): void | Promise<void> {
    if (!this.#gather || !this.#sink || this.#gathered === 0) return
    const length = this.#gathered
    this.#gathered = 0
    return give(this.#sink, this.#gather.subarray(0, length))
  }

  /** What was collected; nothing is kept. */
  end(): Buffer | undefined {
    const collected = this.#isUnstated ? this.#collected?.subarray(0, this.#length) : this.#collected
    if (this.#gather) releaseGatherBuffer(this.#gather)
    this.abandon()
    return collected
  }

  /** The body is of no interest any more. Its buffer is left to who may still write to it. */
  abandon(): void {
    this.#gather = undefined
    this.#gathered = 0
    this.#collected = undefined
    this.#sink = undefined
  }

  #gatherPiece(bytes: Buffer, { start, end }: { readonly start: number; readonly end: number }): void | Promise<void> {
    const gather = this.#gather as Buffer
    // Bytes that lie elsewhere (the first ones, or what came during a pause) may be more than there is room for.
    if (bytes.buffer !== gather.buffer && end - start > gather.length - this.#gathered) return this.#giveBoth(bytes.subarray(start, end))
    // A piece that was read behind the one before it is where it belongs, and is not moved.
    if (bytes.buffer !== gather.buffer || bytes.byteOffset + start !== gather.byteOffset + this.#gathered)
      bytes.copy(gather, this.#gathered, start, end)
    this.#gathered += end - start
    if (gather.length - this.#gathered < roomBytes) return this.flush()
  }

  #giveBoth(piece: Buffer): void | Promise<void> {
    const waiting = this.flush()
    const sink = this.#sink as BodySink
    if (waiting === undefined) return give(sink, piece)
    const kept = Buffer.from(piece)
    return waiting.then(() => give(sink, kept))
  }

  #grow(more: number): void {
    const collected = this.#collected as Buffer
    const needed = this.#length + more
    if (needed <= collected.length) return
    if (needed > maxUnstatedBytes) throw new ProtocolViolation(`An answer without a length has more than ${maxUnstatedBytes} bytes`)
    const grown = Buffer.allocUnsafeSlow(Math.min(maxUnstatedBytes, Math.max(needed, 2 * collected.length)))
    collected.copy(grown, 0, 0, this.#length)
    this.#collected = grown
  }
}

function allocate(length: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(length)
  } catch (cause) {
    throw new ProtocolViolation(`An answer states a body of ${length} bytes, which does not fit into memory`, { cause })
  }
}

function accepts(sink: BodySink, head: ResponseHead): boolean {
  try {
    return sink.accept(head)
  } catch (error) {
    throw new SinkFailure(error)
  }
}

function give(sink: BodySink, piece: Buffer): void | Promise<void> {
  try {
    const waiting = sink.write(piece)
    if (waiting === undefined) return
    return waiting.catch((error: unknown) => {
      throw new SinkFailure(error)
    })
  } catch (error) {
    throw new SinkFailure(error)
  }
}
