import { rmSync } from 'node:fs'
import { type BodyChecksum, bodyChecksum, type ChecksumRun } from '../checksum/body-checksum.ts'
import { verifyRuns } from '../checksum/verify-body.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { BodySink, HttpHead } from '../http/http-client-seam.ts'
import { ObjectHead } from '../object/object-head.ts'
import { parseContentRange } from '../object/object-range.ts'
import type { Header } from '../send/s3-request.ts'
import type { Download, DownloadContext, DownloadRequest } from './download-request.ts'
import { FileTarget, MemoryTarget } from './download-target.ts'

/** Thrown into the first answer when the rest of it comes by other ways. */
export const stopReading: Error = new Error('The rest of this answer is read in parallel.')

interface LargeDownloadOptions extends DownloadRequest {
  readonly head: HttpHead
  readonly sizeBytes: number
  /** Whether ranges are read beside the first answer. */
  readonly isParallel: boolean
  readonly path: string | undefined
}

const rangeBytes = 16_777_216

/** A body that is written as it arrives, to its place in memory or in a file. */
export class LargeDownload {
  readonly head: ObjectHead
  readonly sizeBytes: number
  readonly path: string | undefined
  readonly first: RangeSink
  readonly options: LargeDownloadOptions
  readonly target: MemoryTarget | FileTarget
  /** The object's first byte that is read. */
  readonly base: number
  readonly etag: string | undefined
  readonly checksum: BodyChecksum | undefined
  readonly #context: DownloadContext
  readonly #stop: AbortController = new AbortController()
  readonly #sinks: RangeSink[]
  readonly #rest: Promise<void>
  #failure: { readonly error: unknown } | undefined

  constructor(context: DownloadContext, options: LargeDownloadOptions) {
    const { head, sizeBytes, path, isParallel } = options
    this.#context = context
    this.options = options
    this.head = new ObjectHead(head)
    this.sizeBytes = sizeBytes
    this.path = path
    this.base = parseContentRange(head.header('content-range'))?.start ?? 0
    // A weak ETag never matches: RFC 9110, section 13.1.1.
    this.etag = this.head.etag?.startsWith('W/') ? undefined : this.head.etag
    const checksum = options.verify ? bodyChecksum(head) : undefined
    // A hash needs all bytes in their order, which parallel ranges do not have.
    this.checksum = isParallel && !checksum?.isCombinable ? undefined : checksum
    this.target = path === undefined ? new MemoryTarget(sizeBytes, options.into) : new FileTarget(path)
    this.first = new RangeSink(this, { start: 0, end: isParallel ? rangeBytes : sizeBytes })
    this.#sinks = [this.first]
    this.#rest = isParallel ? this.#readRest() : Promise.resolve()
    // It is awaited in finish(), after the first answer.
    this.#rest.catch(() => {})
  }

  get memory(): Buffer | undefined {
    return this.target instanceof MemoryTarget ? this.target.bytes : undefined
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  resumeHeaders(): readonly Header[] {
    return this.first.headers()
  }

  fail(error: unknown): void {
    // The first answer was for an object that fulfilled every condition.
    this.#failure ??= { error: S3Error.is(error, 'precondition-failed') ? this.changed(error) : error }
    this.#stop.abort(error)
  }

  /** Waits for every range, then closes and checks. @throws what failed first. */
  async finish(): Promise<Download> {
    await this.#rest
    try {
      this.target.close()
    } catch (error) {
      this.fail(error)
    }
    if (!this.#failure) this.#check()
    const { head, sizeBytes, memory, path } = this
    if (!this.#failure) return { head, sizeBytes, body: memory, path }
    if (this.path !== undefined) rmSync(this.path, { force: true })
    throw this.#failure.error
  }

  moved(sizeBytes: number): void {
    this.#context.lanes.moved(sizeBytes)
    this.options.onMoved?.(sizeBytes, this.sizeBytes)
  }

  /** Never rejects: what fails is kept in `failure`. */
  async #readRest(): Promise<void> {
    const { lanes } = this.#context
    const { signal } = this.options
    const both = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal
    const running = new Set<Promise<void>>()
    for (let start = rangeBytes; start < this.sizeBytes && !this.#failure; start += rangeBytes) {
      const sink = new RangeSink(this, { start, end: Math.min(start + rangeBytes, this.sizeBytes) })
      this.#sinks.push(sink)
      const read: Promise<void> = lanes.run(() => this.#readRange(sink, both)).finally(() => running.delete(read))
      running.add(read)
      if (running.size > lanes.width) await Promise.race(running)
    }
    await Promise.all(running)
  }

  async #readRange(sink: RangeSink, signal: AbortSignal): Promise<void> {
    if (this.#failure) return
    const { bucket, key } = this.options
    try {
      await this.#context.send({
        method: 'GET',
        action: 'read',
        bucket,
        key,
        headers: () => sink.headers(),
        sink,
        signal,
        read: () => undefined,
      })
    } catch (error) {
      this.fail(error)
    }
  }

  changed(cause?: unknown): S3Error {
    const { bucket, key } = this.options
    const doubt = this.head.etag === undefined ? ', or the server does not tell whether it was' : ''
    const message = `s3://${bucket}/${key} was replaced while it was read${doubt}. Read it again for what is there now.`
    return new S3Error({ code: 'changed', message, retryable: true, bucket, key, cause })
  }

  #check(): void {
    const { checksum, options } = this
    if (!checksum) return
    const runs = this.#sinks.flatMap(({ run, start, end }) => (run ? [{ run, sizeBytes: end - start }] : []))
    try {
      verifyRuns(checksum, { runs, place: options })
    } catch (error) {
      this.fail(error)
    }
  }
}

/** By what the server tells of it: without an ETag by its date, and without either never. */
function isSameObject(head: HttpHead, first: ObjectHead): boolean {
  const { etag, lastModified } = new ObjectHead(head)
  if (etag !== undefined || first.etag !== undefined) return etag === first.etag
  return lastModified !== undefined && lastModified.getTime() === first.lastModified?.getTime()
}

/** One run of bytes of a large body: goes on where it was when it is asked for again. */
class RangeSink implements BodySink {
  readonly start: number
  readonly end: number
  readonly #download: LargeDownload
  #position: number
  readonly run: ChecksumRun | undefined

  constructor(download: LargeDownload, { start, end }: { readonly start: number; readonly end: number }) {
    this.#download = download
    this.start = start
    this.end = end
    this.#position = start
    this.run = download.checksum?.begin()
  }

  headers(): readonly Header[] {
    const { base, etag } = this.#download
    const headers: Header[] = [['range', `bytes=${base + this.#position}-${base + this.end - 1}`]]
    if (etag !== undefined) headers.push(['if-match', etag])
    return headers
  }

  accept(head: HttpHead): boolean {
    if (head.status !== 206 && head.status !== 200) return false
    const { base, options } = this.#download
    const range = parseContentRange(head.header('content-range'))
    // A server that knows no If-Match must not mix two objects either.
    if (!isSameObject(head, this.#download.head)) throw this.#download.changed()
    if (range?.start === base + this.#position && range.end === base + this.end) return true
    const { bucket, key } = options
    const message = `s3://${bucket}/${key} could not be read: bytes ${base + this.#position} to ${base + this.end - 1} were asked for, and the server sent "${head.header('content-range')}".`
    throw new S3Error({ code: 'protocol', message, bucket, key })
  }

  write(chunk: Uint8Array): void {
    const download = this.#download
    if (download.failure) throw download.failure.error
    const room = this.end - this.#position
    const bytes = chunk.byteLength > room ? chunk.subarray(0, room) : chunk
    download.target.write(bytes, this.#position)
    this.run?.update(bytes)
    this.#position += bytes.byteLength
    download.moved(bytes.byteLength)
    if (chunk.byteLength > room || (bytes.byteLength === room && this.end < download.sizeBytes && this.start === 0)) throw stopReading
  }
}
