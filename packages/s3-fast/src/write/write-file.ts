import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ClientContext } from '../call/client-context.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import type { WrittenObject } from '../operations/put-object.ts'
import { fileSource } from '../upload/body-source.ts'
import { maxObjectBytes } from '../upload/part-sizes.ts'
import { type Body, largeBytes, write, writeParts, writePieces } from './write-body.ts'
import type { PutOptions, PutResult } from './write-options.ts'

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
