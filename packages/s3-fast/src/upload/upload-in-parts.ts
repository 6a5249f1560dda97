import { crc32Of } from '../checksum/crc32-of.ts'
import type { PartLanes } from '../concurrency/part-lanes.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { ObjectAttributes } from '../object/object-attributes.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import { creation, type WrittenObject } from '../operations/put-object.ts'
import { abortUpload } from '../operations/upload/abort-upload.ts'
import { completeUpload } from '../operations/upload/complete-upload.ts'
import { createUpload, type Upload } from '../operations/upload/create-upload.ts'
import { type UploadedPart, uploadPart } from '../operations/upload/upload-part.ts'
import type { Send } from '../send/s3-request.ts'
import type { BodySource, SourcePart } from './body-source.ts'

/** What every transfer in parts of a client shares. */
export interface UploadContext {
  readonly send: Send
  readonly lanes: PartLanes
}

/** What becomes an object. */
export interface UploadRequest extends ObjectPlace, ObjectAttributes {
  readonly createOnly: boolean
  readonly signal?: AbortSignal | undefined
  /** Called when every part is there, before the object appears: what it throws ends the upload. */
  readonly confirm?: (() => Promise<void>) | undefined
  /** Told of each part that the server has. */
  readonly onMoved?: ((sizeBytes: number) => void) | undefined
}

/**
 * Uploads a body in parts, several at once: `parts + 2` requests. Memory holds the parts that are under way and one more.
 *
 * The object appears in one moment, when it is complete. After a failure or an abort the parts are removed.
 *
 * @throws S3Error; the signal's reason; what the source throws.
 */
export function uploadInParts(context: UploadContext, request: UploadRequest, source: BodySource): Promise<WrittenObject> {
  const { signal, onMoved } = request
  return assemble(context, { ...request, checksums: true }, (upload) =>
    inLanes(context.lanes, source, {
      signal,
      onMoved,
      send: (part, partSignal) => sendPart(context.send, upload, { part, signal: partSignal }),
    }),
  )
}

async function sendPart(
  send: Send,
  upload: Upload,
  { part, signal }: { readonly part: SourcePart; readonly signal: AbortSignal },
): Promise<UploadedPart> {
  try {
    const pieces = await part.read()
    return await uploadPart(send, upload, { number: part.number, sizeBytes: part.sizeBytes, pieces, crc32: crc32Of(pieces), signal })
  } finally {
    part.release()
  }
}

/** Begins an upload, has its parts made, completes it; after any failure aborts it. */
export async function assemble(
  { send }: Pick<UploadContext, 'send'>,
  request: UploadRequest & { readonly checksums: boolean },
  makeParts: (upload: Upload) => Promise<readonly UploadedPart[]>,
): Promise<WrittenObject> {
  const { bucket, key, createOnly, signal } = request
  const create = createOnly ? creation(send, { bucket, key, signal }) : undefined
  // The mark goes with the beginning, the condition with the end.
  const upload = await createUpload(send, create ? { ...request, headers: [create.mark] } : request)
  try {
    const parts = await makeParts(upload)
    await request.confirm?.()
    return await completeUpload(send, upload, { parts, signal, create })
  } catch (error) {
    return await removeParts(send, upload, error)
  }
}

/** How parts are sent. */
export interface InLanesOptions<Part> {
  readonly send: (part: Part, signal: AbortSignal) => Promise<UploadedPart>
  readonly signal: AbortSignal | undefined
  readonly onMoved: ((sizeBytes: number) => void) | undefined
}

/** Sends parts while lanes are free, asking the source for no more than can be sent. The first failure stops the rest; it is thrown when all has ended. */
export async function inLanes<Part extends { readonly sizeBytes: number }>(
  lanes: PartLanes,
  source: AsyncIterable<Part> | Iterable<Part>,
  { send, signal, onMoved }: InLanesOptions<Part>,
): Promise<readonly UploadedPart[]> {
  const sent: UploadedPart[] = []
  const running = new Set<Promise<void>>()
  const stop = new AbortController()
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  let failure: { readonly error: unknown } | undefined
  const fail = (error: unknown): void => {
    failure ??= { error }
    stop.abort(error)
  }
  const transfer = async (part: Part): Promise<void> => {
    try {
      both.throwIfAborted()
      sent.push(await send(part, both))
      lanes.moved(part.sizeBytes)
      onMoved?.(part.sizeBytes)
    } catch (error) {
      fail(error)
    }
  }
  try {
    for await (const part of source) {
      const transferred: Promise<void> = lanes.run(() => transfer(part)).finally(() => running.delete(transferred))
      running.add(transferred)
      while (running.size >= lanes.width && !failure) await Promise.race(running)
      if (failure) break
    }
  } catch (error) {
    fail(error)
  }
  await Promise.all(running)
  if (failure) throw failure.error
  return sent.sort((a, b) => a.number - b.number)
}

const abortTimeoutMs = 30_000

async function removeParts(send: Send, upload: Upload, error: unknown): Promise<never> {
  try {
    await abortUpload(send, upload, AbortSignal.timeout(abortTimeoutMs))
  } catch (abortError) {
    if (!S3Error.is(abortError, 'not-found')) {
      const { bucket, key, uploadId } = upload
      const message = `s3://${bucket}/${key} could not be written, and the parts that were sent could not be removed either (upload ${uploadId}): abortUploads() removes them later. ${error instanceof Error ? error.message : String(error)}`
      throw new S3Error({
        code: S3Error.is(error) ? error.code : 'aborted',
        message,
        retryable: false,
        bucket,
        key,
        cause: new AggregateError([error, abortError], 'The upload, and its end'),
      })
    }
  }
  throw error
}
