import { randomBytes } from 'node:crypto'
import { renameSync, rmSync } from 'node:fs'
import { S3Error } from '../errors/s3-error.ts'
import { type ObjectRange, rangeHeader } from '../operations/object-range.ts'
import type { ObjectPlace } from '../operations/s3-request.ts'
import { type Download, download } from '../transfer/download.ts'
import type { ClientContext } from './client-context.ts'
import { objectUrl } from './location.ts'
import { MemoryBudget } from './memory-budget.ts'
import type { MissingObject } from './object-info.ts'
import { S3Object } from './s3-object.ts'
import { type OnProgress, progressOf } from './transfer-progress.ts'

/** Of this thread alone: random bytes for every file would take longer than writing a small one. */
const threadMark: string = randomBytes(6).toString('hex')
let partCount = 0

/** Where a file grows until it is complete: beside its place, under a name that nobody else uses. */
function partPath(path: string): string {
  partCount += 1
  return `${path}.${threadMark}-${partCount}.part`
}

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

/** Where bodies go: to memory as long as the budget lasts, to temporary files, or to a given path. */
export type Destination = MemoryBudget | 'temporary-file' | { readonly path: string }

/** Reads one object to its destination. @throws as `download`. */
export async function readObject(
  context: ClientContext,
  request: string | ObjectRequest,
  { destination, signal, checksum = true, onProgress }: GetOptions & { readonly destination: Destination },
): Promise<S3Object> {
  const asked = typeof request === 'string' ? { key: request } : request
  const place = context.location.place(asked.key)
  const temporaryPath = typeof destination === 'object' && 'path' in destination ? partPath(destination.path) : undefined
  const done = await download(
    { send: context.send, lanes: context.readLanes },
    {
      ...place,
      range: asked.range && rangeHeader(asked.range),
      ifMatch: asked.ifMatch,
      verify: checksum,
      place: once((sizeBytes) => temporaryPath ?? bodyPath(context, place, { destination, sizeBytes })),
      signal,
      onMoved: progressOf(onProgress),
    },
  )
  const path = typeof destination === 'object' && 'path' in destination ? moveInto(destination.path, done) : done.path
  return new S3Object(asked.key, { place, head: done.head, body: done.body, path, folder: context.folder })
}

/** As `readObject`; an object that is not there is told as missing. */
export async function readObjectOrMissing(
  context: ClientContext,
  request: string | ObjectRequest,
  options: GetOptions & { readonly destination: Destination },
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
  const asked = typeof request === 'string' ? { key: request } : request
  const done = await download(
    { send: context.send, lanes: context.readLanes },
    {
      ...context.location.place(asked.key),
      range: asked.range && rangeHeader(asked.range),
      ifMatch: asked.ifMatch,
      verify: checksum,
      place: inMemory,
      into,
      signal,
    },
  )
  return done.body ?? new Uint8Array()
}

const inMemory = (): undefined => undefined

/** Read again after a failure, a body stays where it was to go. */
function once<Result>(decide: (sizeBytes: number) => Result): (sizeBytes: number) => Result {
  let decided: { readonly result: Result } | undefined
  return (sizeBytes) => {
    decided ??= { result: decide(sizeBytes) }
    return decided.result
  }
}

function bodyPath(
  { folder }: ClientContext,
  { key }: ObjectPlace,
  { destination, sizeBytes }: { readonly destination: Destination; readonly sizeBytes: number },
): string | undefined {
  if (destination instanceof MemoryBudget) return destination.take(sizeBytes) ? undefined : folder.newPath(key)
  return folder.newPath(key)
}

function moveInto(path: string, { path: temporaryPath = '' }: Download): string {
  try {
    renameSync(temporaryPath, path)
  } catch (error) {
    rmSync(temporaryPath, { force: true })
    throw error
  }
  return path
}
