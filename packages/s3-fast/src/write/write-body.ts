import type { ClientContext } from '../call/client-context.ts'
import { objectUrl } from '../call/location.ts'
import { type OnProgress, progressOf } from '../call/transfer-progress.ts'
import { S3Error } from '../errors/s3-error.ts'
import { type Pieces, piecesSize } from '../http/pieces.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import { putObject, type WrittenObject } from '../operations/put-object.ts'
import { type BodySource, piecesSource } from '../upload/body-source.ts'
import { uploadInParts } from '../upload/upload-in-parts.ts'
import type { PutOptions, PutResult } from './write-options.ts'

/** Bodies above this are sent in parallel parts. */
export const largeBytes: number = 33_554_432

/** What is written, by its source, and how. */
export type Body<Source> = Source & { readonly options: PutOptions }

/** Writes what is in memory: in one request up to 32 MiB, in parts above. */
export function writePieces(
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

interface Parts {
  readonly source: BodySource
  readonly sizeBytes?: number
  readonly confirm?: () => Promise<void>
}

/** Writes in parts, whatever the size. */
export function writeParts(
  { send, writeLanes: lanes }: ClientContext,
  place: ObjectPlace,
  { source, sizeBytes, confirm, options }: Body<Parts>,
): Promise<WrittenObject> {
  const onMoved = progressOf(options.onProgress, sizeBytes)
  return uploadInParts({ send, lanes }, { ...options, ...place, createOnly: options.overwrite === false, onMoved, confirm }, source)
}

/** What became of the write that `start` begins. Finding an object is an answer where only a new one was to be written. @throws every other error. */
export async function write(
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
