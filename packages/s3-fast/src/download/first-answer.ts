import { rmSync } from 'node:fs'
import { verifyBody } from '../checksum/verify-body.ts'
import type { BodySink, HttpHead, HttpResponse } from '../http/http-client-seam.ts'
import { checkRange, checkRangeLength } from '../object/check-range.ts'
import { ObjectHead } from '../object/object-head.ts'
import type { Header, S3Request } from '../send/s3-request.ts'
import type { Download, DownloadContext, DownloadRequest } from './download-request.ts'
import { LargeDownload, stopReading } from './large-download.ts'
import { writeSmallFile } from './write-small-file.ts'

/** Bodies above this are read in parallel ranges. */
const largeBytes = 33_554_432
/** Bodies for files are written at once up to this size: one write is cheaper than several. */
const wholeFileBytes = 262_144

const maxAttempts = 5
const noBytes: Buffer = Buffer.alloc(0)

/** Ranges of an object that may be replaced unnoticed are not put together. */
const canTellChange = (head: HttpHead): boolean => head.header('etag') !== undefined || head.header('last-modified') !== undefined

/** The request whose answer's head decides how the body is taken: collected, written to a file at once, or as the first of many ranges. */
export class FirstAnswer implements BodySink, S3Request<HttpResponse> {
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
