import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ObjectBody } from '@millrace/core-graph'

/** No key may hold this character, so that no key can name a temporary file. */
const temporaryMark = '\u007F'
const nameSeed = `${temporaryMark}${process.pid}-${randomBytes(6).toString('hex')}-`
/** Up to here a body is written by synchronous calls: 20 µs, where a trip through the thread pool costs 300. */
const smallBytes = 256 * 1024

let written = 0

/** How a file is written by {@link writeAtomically}. */
export interface AtomicWriteOptions {
  /** Write only where no file is. */
  readonly create: boolean
  /** Wait until the disk has it. */
  readonly durable: boolean
  readonly signal?: AbortSignal | undefined
}

/** Whether a file's name is that of a write in progress, or of one that was killed. */
export const isTemporary = (fileName: string): boolean => fileName.startsWith(temporaryMark)

/**
 * Writes a file so that no one ever sees a part of it: into a temporary file in the same folder, then a rename,
 * or for `create` a link, which fails where a file is. Makes the folders above.
 *
 * Returns `false` where `create` found a file. Whatever goes wrong, the temporary file is removed.
 */
export async function writeAtomically(path: string, body: ObjectBody, options: AtomicWriteOptions): Promise<boolean> {
  written += 1
  const temporary = `${dirname(path)}/${nameSeed}${written}`
  try {
    if (body instanceof Uint8Array && body.length <= smallBytes) writeSmall(temporary, body, options)
    else await writeLarge(temporary, body, options)
    options.signal?.throwIfAborted()
    return publish(temporary, path, options)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function publish(temporary: string, path: string, { create, durable }: AtomicWriteOptions): boolean {
  if (create) {
    try {
      linkSync(temporary, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return false
    } finally {
      rmSync(temporary, { force: true })
    }
  } else renameSync(temporary, path)
  if (durable) syncFolder(dirname(path))
  return true
}

function writeSmall(path: string, body: Uint8Array, { durable }: AtomicWriteOptions): void {
  const descriptor = inFolder(path, durable, () => openSync(path, 'wx'))
  try {
    for (let offset = 0; offset < body.length; ) offset += writeSync(descriptor, body, offset)
    if (durable) fdatasyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

async function writeLarge(path: string, body: ObjectBody, { durable, signal }: AtomicWriteOptions): Promise<void> {
  // Opened at once, so that the folders are made by the same code as for a small body.
  closeSync(inFolder(path, durable, () => openSync(path, 'wx')))
  const file = await open(path, 'r+')
  try {
    if (body instanceof Uint8Array) await writeAll(file, body)
    else
      for await (const piece of body) {
        signal?.throwIfAborted()
        await writeAll(file, piece)
      }
    if (durable) await file.datasync()
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let offset = 0; offset < piece.length; ) offset += (await file.write(piece, offset)).bytesWritten
}

/** Runs `work`; if a folder is missing, makes it and tries again, a few times, because another process may remove it while it is empty. */
function inFolder<Result>(path: string, durable: boolean, work: () => Result): Result {
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (attempt > 0) makeFolder(dirname(path), durable)
      return work()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 5) throw error
    }
  }
}

/** As `mkdirSync` with `recursive`, which says ENOENT where the file system is read-only. */
function makeFolder(path: string, durable: boolean): void {
  let isNew: boolean
  try {
    isNew = makeOne(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path), durable)
    isNew = makeOne(path)
  }
  if (isNew && durable) syncFolder(dirname(path))
}

function makeOne(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
