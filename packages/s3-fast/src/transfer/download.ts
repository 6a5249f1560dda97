import { rmSync } from 'node:fs'
import { verifyBody } from '../checksum/verify-body.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { BodySink, HttpHead, HttpResponse } from '../http/http-client-seam.ts'
import { checkRange, checkRangeLength } from '../operations/check-range.ts'
import { ObjectHead } from '../operations/object-head.ts'
import type { Header, ObjectPlace, S3Request, Send } from '../operations/s3-request.ts'
import { LargeDownload, stopReading } from './large-download.ts'
import type { PartLanes } from './part-lanes.ts'
import { writeSmallFile } from './write-small-file.ts'

/** What every download of a client shares. */
export interface DownloadContext {
  readonly send: Send
  readonly lanes: PartLanes
}

/** What to read, and where to put it. */
export interface DownloadRequest extends ObjectPlace {
  /** The `range` header. Default: the whole object. */
  readonly range?: string | undefined
  /** Read only while the object has this ETag. */
  readonly ifMatch?: string | undefined
  /** Whether checksums that the server sends are compared. The length always is. */
  readonly verify: boolean
  /** Called when the size is known, and again when the body must be read again: the path of a new file for the body, or `undefined` for memory. */
  readonly place: (sizeBytes: number) => string | undefined
  /** Memory for a large body that goes to memory, where it fits. */
  readonly into?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of each piece that was written, for bodies that do not come in one. */
  readonly onMoved?: ((sizeBytes: number, totalBytes: number) => void) | undefined
}

/** A body that has arrived, complete and checked: in memory or in a file. */
export interface Download {
  readonly head: ObjectHead
  readonly sizeBytes: number
  readonly body: Buffer | undefined
  readonly path: string | undefined
}

/** Bodies above this are read in parallel ranges. */
const largeBytes = 33_554_432
/** Bodies for files are written at once up to this size: one write is cheaper than several. */
const wholeFileBytes = 262_144

/**
 * Reads an object. One request, whatever the size turns out to be; a body of more than 32 MiB is cut off after its first part, and the rest
 * comes in parallel ranges of 16 MiB, each on condition that the object is still the same.
 *
 * A file is complete when the promise resolves, and removed when it rejects.
 *
 * @throws S3Error: not-found, changed (while it was read), corrupt-body, ...; the signal's reason; the system's error for the file.
 */
export function download(context: DownloadContext, request: DownloadRequest): Promise<Download> {
  return readBody(context, new FirstAnswer(context, request))
}

async function readBody(context: DownloadContext, reading: FirstAnswer): Promise<Download> {
  try {
    const response = await context.send(reading)
    if (!reading.large) return reading.finish(response)
  } catch (error) {
    reading.fail(error)
  }
  return await readRest(context, reading)
}

async function readRest(context: DownloadContext, reading: FirstAnswer): Promise<Download> {
  try {
    return await reading.finishLarge()
  } catch (error) {
    // Which of the ranges was wrong cannot be told, so all are read again. Small bodies were compared, and read again, request by request.
    if (!S3Error.is(error, 'corrupt-body') || !reading.beginAgain()) throw error
  }
  return await readBody(context, reading)
}

const maxAttempts = 5
const noBytes: Buffer = Buffer.alloc(0)

/** Ranges of an object that may be replaced unnoticed are not put together. */
const canTellChange = (head: HttpHead): boolean => head.header('etag') !== undefined || head.header('last-modified') !== undefined

/** The request whose answer's head decides how the body is taken: collected, written to a file at once, or as the first of many ranges. */
class FirstAnswer implements BodySink, S3Request<HttpResponse> {
  readonly method = 'GET'
  readonly action = 'read'
  readonly bucket: string
  readonly key: string
  readonly signal: AbortSignal | undefined
  readonly #context: DownloadContext
  readonly #request: DownloadRequest
  #isPlaced = false
  #path: string | undefined
  /** The file has its content. */
  #isWritten = false
  #head: HttpHead | undefined
  /** Of a small body for a file that came in several pieces: those that are there. */
  #pieces: Buffer | undefined
  #piecesBytes = 0
  #attempts = 1
  /** Where the body is neither collected nor written at once. */
  large: LargeDownload | undefined

  constructor(context: DownloadContext, request: DownloadRequest) {
    this.bucket = request.bucket
    this.key = request.key
    this.signal = request.signal
    this.#context = context
    this.#request = request
  }

  get sink(): this {
    return this
  }

  headers(): readonly Header[] {
    if (this.large) return this.large.resumeHeaders()
    const { range, ifMatch, verify } = this.#request
    if (range === undefined && ifMatch === undefined) return verify ? checksumMode : none
    const headers: Header[] = verify ? [...checksumMode] : []
    if (range !== undefined) headers.push(['range', range])
    if (ifMatch !== undefined) headers.push(['if-match', ifMatch])
    return headers
  }

  accept(head: HttpHead): boolean {
    if (head.status !== 200 && head.status !== 206) return false
    if (this.large) return this.large.first.accept(head)
    checkRange(head, { asked: this.#request.range, place: this })
    this.#discard()
    const sizeBytes = head.contentLength
    if (sizeBytes === undefined) return false
    const path = this.#place(sizeBytes)
    this.#head = head
    if (path !== undefined && sizeBytes <= wholeFileBytes) return true
    if (sizeBytes <= largeBytes && path === undefined) return false
    this.large = new LargeDownload(this.#context, {
      ...this.#request,
      head,
      sizeBytes,
      isParallel: sizeBytes > largeBytes && canTellChange(head),
      path,
    })
    return true
  }

  write(chunk: Uint8Array): void {
    if (this.large) {
      this.large.first.write(chunk)
      return
    }
    const sizeBytes = this.#head?.contentLength ?? 0
    // Most small bodies come in one read, and go to their file from where they were read to.
    if (chunk.byteLength === sizeBytes) {
      this.#writeFile(chunk)
      return
    }
    this.#pieces ??= Buffer.allocUnsafeSlow(sizeBytes)
    this.#pieces.set(chunk, this.#piecesBytes)
    this.#piecesBytes += chunk.byteLength
    if (this.#piecesBytes === sizeBytes) this.#writeFile(this.#pieces)
  }

  read(response: HttpResponse): HttpResponse {
    if (this.large || this.#isWritten) return response
    checkRangeLength(response, this)
    if (this.#request.verify) verifyBody(response, { body: response.body, place: this })
    return response
  }

  /** The body is complete and checked. @throws the system's error for the file. */
  finish(response: HttpResponse): Download {
    const { body } = response
    const sizeBytes = response.contentLength ?? body.byteLength
    const path = this.#place(sizeBytes)
    this.#request.onMoved?.(sizeBytes, sizeBytes)
    if (path === undefined) return { head: new ObjectHead(response), sizeBytes, body, path }
    if (!this.#isWritten) writeSmallFile(path, body)
    // What is in a file must not stay in memory too.
    response.body = noBytes
    return { head: new ObjectHead(response), sizeBytes, body: undefined, path }
  }

  /** Waits for every range. @throws what failed first. */
  async finishLarge(): Promise<Download> {
    if (!this.large) throw new TypeError('A body that is no large one has no ranges.')
    return await this.large.finish()
  }

  /** There is no answer, or no whole one. @throws `error`, unless ranges go on without it. */
  fail(error: unknown): void {
    if (!this.large) {
      this.#discard()
      throw error
    }
    if (error !== stopReading) this.large.fail(error)
  }

  /** Whether it may be read once more from the start. */
  beginAgain(): boolean {
    this.large = undefined
    this.#attempts += 1
    return this.#attempts <= maxAttempts
  }

  /** Nothing is left of an answer that was not good. */
  #discard(): void {
    this.#pieces = undefined
    this.#piecesBytes = 0
    if (this.#isWritten && this.#path !== undefined) rmSync(this.#path, { force: true })
    this.#isWritten = false
  }

  #writeFile(body: Uint8Array): void {
    if (this.#request.verify && this.#head) verifyBody(this.#head, { body, place: this })
    writeSmallFile(this.#path ?? '', body)
    this.#isWritten = true
    this.#pieces = undefined
  }

  /** Decided once, by the size that came first. */
  #place(sizeBytes: number): string | undefined {
    if (this.#isPlaced) return this.#path
    this.#isPlaced = true
    this.#path = this.#request.place(sizeBytes)
    return this.#path
  }
}

const none: readonly Header[] = []
const checksumMode: readonly Header[] = [['x-amz-checksum-mode', 'ENABLED']]
