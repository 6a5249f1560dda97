import { existsSync, mkdirSync, statSync, unlinkSync, utimesSync } from 'node:fs'
import { resolve } from 'node:path'
import type { GetOptions, ObjectBody } from '@millrace/core-graph'
import { writeAtomically } from '../stores/local/atomic-write.ts'
import { readFileRange } from '../stores/local/read-file.ts'
import { trimFolder } from './trim-folder.ts'

/** How a cache of blobs is kept. */
export interface BlobCacheOptions {
  /** The most that its files take together, in bytes, as long as no one else writes to it at the same time. */
  readonly maxBytes: number
}

/** A blob that was read is as good as new for this long: more exact times cost a write for each read. */
const freshMs = 60_000

/**
 * Blobs of remote stores in a local folder, named by content, so that what was moved once is not moved again: by the next task, run or reader.
 *
 * Any number of processes share a folder. What has not been read for the longest time goes when the folder is full. Nothing depends on it: a file that
 * is missing, cut off or cannot be written costs a request, and nothing else.
 */
export class BlobCache {
  readonly #folder: string
  readonly #maxBytes: number
  /** Looked at when a part of the whole has been written, by this process, since the last look. */
  #writtenBytes: number

  constructor(folder: string, { maxBytes }: BlobCacheOptions) {
    this.#folder = resolve(folder)
    this.#maxBytes = maxBytes
    // The first write looks at once: a process may be the hundredth that writes a little.
    this.#writtenBytes = maxBytes
  }

  /** A blob's bytes, unchecked, or `undefined`. */
  async read(sha256: string, options: GetOptions = {}): Promise<Uint8Array | undefined> {
    const path = this.#pathOf(sha256)
    try {
      const body = await readFileRange(path, options)
      if (body) this.#touch(path)
      return body
    } catch {
      return undefined
    }
  }

  /** Whether a blob is there. */
  has(sha256: string): boolean {
    return existsSync(this.#pathOf(sha256))
  }

  /** Keeps a blob. Never rejects. One that is larger than a quarter of the cache is not kept: it would drive out all others. */
  async write(sha256: string, body: Exclude<ObjectBody, AsyncIterable<Uint8Array>>): Promise<void> {
    const sizeBytes = body instanceof Uint8Array ? body.length : body.reduce((sum, piece) => sum + piece.length, 0)
    if (sizeBytes > this.#maxBytes / 4) return
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      await writeAtomically(this.#pathOf(sha256), body, { create: false, durable: false })
      this.#writtenBytes += sizeBytes
      if (this.#writtenBytes < this.#maxBytes / 16) return
      this.#writtenBytes = 0
      await trimFolder(this.#folder, this.#maxBytes)
    } catch {
      // A full or read-only disk: the blob is where it came from.
    }
  }

  /** Drops a blob that turned out to be wrong. */
  evict(sha256: string): void {
    try {
      unlinkSync(this.#pathOf(sha256))
    } catch {
      // It has gone already.
    }
  }

  #pathOf(sha256: string): string {
    return `${this.#folder}/${sha256.slice(0, 2)}/${sha256}`
  }

  #touch(path: string): void {
    try {
      const now = Date.now()
      if (Math.abs(now - statSync(path).mtimeMs) > freshMs) utimesSync(path, now / 1_000, now / 1_000)
    } catch {
      // Another process has just dropped it.
    }
  }
}
