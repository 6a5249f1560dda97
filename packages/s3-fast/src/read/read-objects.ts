import type { ClientContext } from '../call/client-context.ts'
import { objectUrl } from '../call/location.ts'
import { type OnProgress, progressOf } from '../call/transfer-progress.ts'
import { download } from '../download/download.ts'
import type { Download, DownloadRequest } from '../download/download-request.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import { type ObjectRange, rangeHeader } from '../object/object-range.ts'
import { bodyPath, type Destination, settledPath } from './destination.ts'
import type { MissingObject } from './object-info.ts'
import { S3Object } from './s3-object.ts'

/** An object to read, or a part of one. */
export interface ObjectRequest {
  readonly key: string
  /** Default: the whole object. */
  readonly range?: ObjectRange
  /** Read only while the object has this ETag; else `precondition-failed`. */
  readonly ifMatch?: string
}

/** How objects are read. */
export interface ReadOptions {
  readonly signal?: AbortSignal
  /**
   * Whether the bytes are compared with the checksum that was stored with them. Default true. `false` is for callers that verify the content
   * themselves, such as stores whose keys are hashes. The length is always compared.
   */
  readonly checksum?: boolean
}

/** How one object is read. */
export interface GetOptions extends ReadOptions {
  readonly onProgress?: OnProgress
}

/** How an object's bytes alone are read. */
export interface BytesOptions extends ReadOptions {
  /**
   * Memory that a body above 32 MiB is written to where it fits, so that many such reads need one allocation: the result is then a front part of it.
   * What is in it after a failure is anything.
   */
  readonly into?: Uint8Array
}

/** Reads one object to its destination. @throws as `download`. */
export async function readObject(context: ClientContext, request: string | ObjectRequest, options: ReadObjectOptions): Promise<S3Object> {
  const key = typeof request === 'string' ? request : request.key
  const place = context.location.place(key)
  const done = await download(context, toDownload(context, { request, place, options }))
  return toObject(context, { key, place, done, destination: options.destination })
}

/** How one object is read, and where its body goes. */
export interface ReadObjectOptions {
  readonly destination: Destination
  readonly signal?: AbortSignal | undefined
  readonly checksum?: boolean | undefined
  readonly onProgress?: OnProgress | undefined
}

/** As `readObject`; an object that is not there is told as missing. */
export async function readObjectOrMissing(
  context: ClientContext,
  request: string | ObjectRequest,
  options: ReadObjectOptions,
): Promise<S3Object | MissingObject> {
  try {
    return await readObject(context, request, options)
  } catch (error) {
    if (!S3Error.is(error, 'not-found')) throw error
    return missingObject(context, typeof request === 'string' ? request : request.key)
  }
}

/** The answer for an object that is not there. */
export function missingObject({ location }: ClientContext, key: string): MissingObject {
  return { key, url: objectUrl(location.place(key)), exists: false }
}

/** The bytes alone, in memory: the path of least cost for callers who ask for nothing else. */
export async function readBytes(
  context: ClientContext,
  request: string | ObjectRequest,
  { signal, checksum = true, into }: BytesOptions,
): Promise<Uint8Array> {
  const { range, ifMatch } = typeof request === 'string' ? wholeObject : request
  const place = context.location.place(typeof request === 'string' ? request : request.key)
  const done = await download(context, {
    bucket: place.bucket,
    key: place.key,
    range: range && rangeHeader(range),
    ifMatch,
    verify: checksum,
    place: inMemory,
    into,
    signal,
  })
  return done.body ?? new Uint8Array()
}

const inMemory = (): undefined => undefined

interface Asked {
  readonly request: string | ObjectRequest
  readonly place: ObjectPlace
  readonly options: ReadObjectOptions
}

function toDownload(context: ClientContext, { request, place, options }: Asked): DownloadRequest {
  const { destination, signal, checksum = true, onProgress } = options
  const { range, ifMatch } = typeof request === 'string' ? wholeObject : request
  return {
    bucket: place.bucket,
    key: place.key,
    range: range && rangeHeader(range),
    ifMatch,
    verify: checksum,
    place: (sizeBytes) => bodyPath(context, { destination, key: place.key, sizeBytes }),
    signal,
    onMoved: onProgress && progressOf(onProgress),
  }
}

const wholeObject: Omit<ObjectRequest, 'key'> = {}

interface Read {
  readonly key: string
  readonly place: ObjectPlace
  readonly done: Download
  readonly destination: Destination
}

function toObject({ folder }: ClientContext, { key, place, done, destination }: Read): S3Object {
  return new S3Object(key, { place, head: done.head, body: done.body, path: settledPath(destination, done), folder })
}
