import { appendFileSync, closeSync, mkdirSync, openSync, renameSync, rmSync, writevSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { NewBody } from './new-body.ts'
import { encodeTrailer } from './record-file.ts'

/** A folder of files in the making, on the file system of the objects. What an earlier process left in it goes. */
export class TemporaryFiles {
  readonly #folder: string
  #count = 0

  constructor(folder: string) {
    this.#folder = folder
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** A path that nothing else uses. */
  nextPath(): string {
    this.#count += 1
    return join(this.#folder, String(this.#count))
  }

  /** Writes a body and its record to `path`, whole or not at all, in place of what is there. The temporary file of the body is used up. */
  commit(body: NewBody, record: unknown, path: string): void {
    const trailer = encodeTrailer(record)
    if ('file' in body) {
      appendFileSync(body.file, trailer)
      rename(body.file, path)
      return
    }
    const temporary = this.nextPath()
    writeAll(temporary, [body.bytes, trailer])
    rename(temporary, path)
  }
}

function writeAll(path: string, buffers: readonly Buffer[]): void {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    let left = buffers.filter((buffer) => buffer.length > 0)
    while (left.length > 0) {
      let written = writevSync(descriptor, left)
      left = left.flatMap((buffer) => {
        const gone = Math.min(written, buffer.length)
        written -= gone
        return gone === buffer.length ? [] : [buffer.subarray(gone)]
      })
    }
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
    renameSync(from, to)
  }
}
