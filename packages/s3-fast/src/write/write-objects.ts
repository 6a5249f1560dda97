import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ClientContext } from '../call/client-context.ts'
import { objectUrl } from '../call/location.ts'
import { type OnProgress, progressOf } from '../call/transfer-progress.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { ObjectAttributes } from '../operations/object-attributes.ts'
import { type Pieces, piecesSize } from '../operations/pieces.ts'
import { putObject, type WrittenObject } from '../operations/put-object.ts'
import type { ObjectPlace } from '../operations/s3-request.ts'
import { type BodySource, fileSource, piecesSource, type SourcePart, streamSource } from '../transfer/body-source.ts'
import { maxObjectBytes } from '../transfer/part-sizes.ts'
import { uploadInParts } from '../transfer/upload-in-parts.ts'
import { readValue, type S3Value } from './body-value.ts'

/** How objects are written. */
export interface WriteOptions extends ObjectAttributes {
  /** `false`: write only where there is no object yet, decided by S3 in one moment. Default true. */
  readonly overwrite?: boolean
  readonly signal?: AbortSignal
}

/** How one object is written. */
export interface PutOptions extends WriteOptions {
  readonly onProgress?: OnProgress
}

/** What became of a write. */
export interface PutResult {
  /** As the caller named it. */
  readonly key: string
  /** `s3://bucket/key`, the key as it is. */
  readonly url: string
  /** `false` where there was an object already and `overwrite: false` was asked for. */
  readonly written: boolean
  /** Of what was written, with its quotes. */
  readonly etag: string | undefined
}

/** Bodies above this are sent in parallel parts. */
const largeBytes = 33_554_432

/** Writes a value that is in memory or a stream. */
export function writeValue(
  context: ClientContext,
  { key, value }: { readonly key: string; readonly value: S3Value },
  options: PutOptions,
): Promise<PutResult> {
  return write(context, key, { options, start: (place) => startWriting(context, place, { value, options }) })
}

function startWriting(
  context: ClientContext,
  place: ObjectPlace,
  { value, options }: { readonly value: S3Value; readonly options: PutOptions },
): Promise<WrittenObject> {
  const body = readValue(value)
  return 'pieces' in body
    ? writePieces(context, place, { pieces: body.pieces, options })
    : writeStream(context, place, { stream: body.stream, options })
}

/** Writes the content of a file: read at once up to 32 MiB, part by part above. @throws S3Error; the system's error for the file. */
export function writeFile(
  context: ClientContext,
  { key, path }: { readonly key: string; readonly path: string },
  options: PutOptions,
): Promise<PutResult> {
  return write(context, key, { options, start: (place) => startWritingFile(context, place, { path, options }) })
}

function startWritingFile(
  context: ClientContext,
  place: ObjectPlace,
  { path, options }: Body<{ readonly path: string }>,
): Promise<WrittenObject> {
  const fd = openSync(path, 'r')
  let small: Buffer | undefined
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw new TypeError(`${path} is not a file. putFiles takes files one by one: list what is in a folder first.`)
    if (stats.size <= smallFileBytes) small = readWhole(fd, stats.size)
  } finally {
    closeSync(fd)
  }
  return small ? writePieces(context, place, { pieces: [small], options }) : writeLargeFile(context, place, { path, options })
}

/** Read synchronously: a disk that others have warmed up gives it sooner than a thread is woken. */
const smallFileBytes = 1_048_576

function readWhole(fd: number, sizeBytes: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(sizeBytes)
  let done = 0
  while (done < sizeBytes) {
    const read = readSync(fd, buffer, done, sizeBytes - done, done)
    if (read === 0) break
    done += read
  }
  return buffer.subarray(0, done)
}

type Body<Source> = Source & { readonly options: PutOptions }

function writePieces(
  context: ClientContext,
  place: ObjectPlace,
  { pieces, options }: Body<{ readonly pieces: Pieces }>,
): Promise<WrittenObject> {
  const sizeBytes = piecesSize(pieces)
  if (sizeBytes > largeBytes) return writeParts(context, place, { source: piecesSource(pieces, sizeBytes), sizeBytes, options })
  const { contentType, metadata, encryption, storageClass, overwrite, signal, onProgress } = options
  const request = {
    bucket: place.bucket,
    key: place.key,
    contentType,
    metadata,
    encryption,
    storageClass,
    pieces,
    signal,
    createOnly: overwrite === false,
  }
  const writing = putObject(context.send, request)
  return onProgress ? writing.then((written) => reported(written, { sizeBytes, onProgress })) : writing
}

function reported(
  written: WrittenObject,
  { sizeBytes, onProgress }: { readonly sizeBytes: number; readonly onProgress: OnProgress },
): WrittenObject {
  progressOf(onProgress, sizeBytes)?.(sizeBytes)
  return written
}

async function writeLargeFile(
  context: ClientContext,
  place: ObjectPlace,
  { path, options }: Body<{ readonly path: string }>,
): Promise<WrittenObject> {
  await using file = await open(path, 'r')
  const { size: sizeBytes, mtimeMs } = await file.stat()
  if (sizeBytes <= largeBytes)
    // In a lane, as a part would be: of a thousand such files only a few are in memory.
    return await context.writeLanes.run(async () => {
      const written = await writePieces(context, place, { pieces: [await file.readFile()], options })
      context.writeLanes.moved(sizeBytes)
      return written
    })
  if (sizeBytes > maxObjectBytes) throw new RangeError(`S3 stores objects of up to 5 TiB, and ${path} has ${sizeBytes} bytes.`)
  const confirm = async (): Promise<void> => {
    if ((await file.stat()).mtimeMs === mtimeMs) return
    const message = `${path} was written to while it was uploaded, so nothing was stored. Upload it again when nothing writes to it.`
    throw new S3Error({ code: 'changed', message, retryable: false, ...place })
  }
  return await writeParts(context, place, { source: fileSource(file, { path, sizeBytes }), sizeBytes, confirm, options })
}

async function writeStream(
  context: ClientContext,
  place: ObjectPlace,
  { stream, options }: Body<{ readonly stream: AsyncIterable<Uint8Array> }>,
): Promise<WrittenObject> {
  const parts = streamSource(stream)
  try {
    const first = await parts.next()
    const second = first.done ? first : await parts.next()
    if (first.done) return await writePieces(context, place, { pieces: [], options })
    if (second.done) return await writePieces(context, place, { pieces: await first.value.read(), options })
    return await writeParts(context, place, { source: followedBy([first.value, second.value], parts), options })
  } finally {
    await parts.return(undefined)
  }
}

async function* followedBy(first: readonly SourcePart[], rest: AsyncIterable<SourcePart>): AsyncGenerator<SourcePart> {
  yield* first
  yield* rest
}

interface Parts {
  readonly source: BodySource
  readonly sizeBytes?: number
  readonly confirm?: () => Promise<void>
}

function writeParts(
  { send, writeLanes: lanes }: ClientContext,
  place: ObjectPlace,
  { source, sizeBytes, confirm, options }: Body<Parts>,
): Promise<WrittenObject> {
  const onMoved = progressOf(options.onProgress, sizeBytes)
  return uploadInParts({ send, lanes }, { ...options, ...place, createOnly: options.overwrite === false, onMoved, confirm }, source)
}

/** What became of the write that `start` begins. Finding an object is an answer where only a new one was to be written. @throws every other error. */
async function write(
  context: ClientContext,
  key: string,
  { options, start }: Body<{ start(place: ObjectPlace): Promise<WrittenObject> }>,
): Promise<PutResult> {
  const place = context.location.place(key)
  try {
    const { etag } = await start(place)
    return { key, url: objectUrl(place), written: true, etag }
  } catch (error) {
    if (options.overwrite !== false || !S3Error.is(error, 'already-exists')) throw error
    return { key, url: objectUrl(place), written: false, etag: undefined }
  }
}
