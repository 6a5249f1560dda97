import { verifyBody } from '../checksum/verify-body.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { BodySink, HttpHead, HttpResponse } from '../http/http-client-seam.ts'
import { checkRange, checkRangeLength } from '../operations/check-range.ts'
import { ObjectHead } from '../operations/object-head.ts'
import type { Header, ObjectPlace, Send } from '../operations/s3-request.ts'
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
/** Bodies for files are collected first up to this size: one write is cheaper than several. */
const collectedFileBytes = 262_144

/**
 * Reads an object. One request, whatever the size turns out to be; a body of more than 32 MiB is cut off after its first part, and the rest
 * comes in parallel ranges of 16 MiB, each on condition that the object is still the same.
 *
 * A file is complete when the promise resolves, and removed when it rejects.
 *
 * @throws S3Error: not-found, changed (while it was read), corrupt-body, ...; the signal's reason; the system's error for the file.
 */
export async function download(context: DownloadContext, request: DownloadRequest): Promise<Download> {
  for (let attempt = 1; ; attempt += 1) {
    const sink = new FirstAnswer(context, request)
    try {
      return await downloadOnce(context, { request, sink })
    } catch (error) {
      // Which of the ranges was wrong cannot be told, so all are read again. Small bodies were compared, and read again, request by request.
      if (!sink.large || !S3Error.is(error, 'corrupt-body') || attempt >= maxAttempts) throw error
    }
  }
}

const maxAttempts = 5
const noBytes: Buffer = Buffer.alloc(0)

async function downloadOnce(
  context: DownloadContext,
  { request, sink }: { readonly request: DownloadRequest; readonly sink: FirstAnswer },
): Promise<Download> {
  const { bucket, key, signal } = request
  const headers = (): readonly Header[] => sink.headers()
  let response: HttpResponse | undefined
  try {
    response = await context.send({ method: 'GET', action: 'read', bucket, key, headers, sink, signal, read: sink.read })
  } catch (error) {
    if (!sink.large) throw error
    if (error !== stopReading) sink.large.fail(error)
  }
  if (sink.large) {
    await sink.large.finish()
    const { head, sizeBytes, memory, path } = sink.large
    return { head, sizeBytes, body: memory, path }
  }
  if (!response) throw new TypeError('A request that was answered has an answer.')
  const { body } = response
  const path = sink.place(body.byteLength)
  request.onMoved?.(body.byteLength, body.byteLength)
  if (path === undefined) return { head: new ObjectHead(response), sizeBytes: body.byteLength, body, path }
  writeSmallFile(path, body)
  // What is in a file must not stay in memory too.
  response.body = noBytes
  return { head: new ObjectHead(response), sizeBytes: body.byteLength, body: undefined, path }
}

/** Ranges of an object that may be replaced unnoticed are not put together. */
const canTellChange = (head: HttpHead): boolean => head.header('etag') !== undefined || head.header('last-modified') !== undefined

/** Decides by the first answer's head how the body is taken. */
class FirstAnswer implements BodySink {
  readonly #context: DownloadContext
  readonly #request: DownloadRequest
  #isPlaced = false
  #path: string | undefined
  /** Where the body is not collected by the HTTP client. */
  large: LargeDownload | undefined

  constructor(context: DownloadContext, request: DownloadRequest) {
    this.#context = context
    this.#request = request
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
    checkRange(head, { asked: this.#request.range, place: this.#request })
    const sizeBytes = head.contentLength
    if (sizeBytes === undefined) return false
    const path = this.place(sizeBytes)
    if (sizeBytes <= (path === undefined ? largeBytes : collectedFileBytes)) return false
    this.large = new LargeDownload(this.#context, {
      ...this.#request,
      head,
      sizeBytes,
      isParallel: sizeBytes > largeBytes && canTellChange(head),
      path,
    })
    return true
  }

  /** Decided once, by the size that came first. */
  place(sizeBytes: number): string | undefined {
    if (this.#isPlaced) return this.#path
    this.#isPlaced = true
    this.#path = this.#request.place(sizeBytes)
    return this.#path
  }

  write(chunk: Uint8Array): void {
    this.large?.first.write(chunk)
  }

  readonly read = (response: HttpResponse): HttpResponse => {
    if (this.large) return response
    checkRangeLength(response, this.#request)
    if (this.#request.verify) verifyBody(response, this.#request)
    return response
  }
}

const none: readonly Header[] = []
const checksumMode: readonly Header[] = [['x-amz-checksum-mode', 'ENABLED']]
