import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Bucket } from './bucket.ts'
import { BucketLayout } from './bucket-layout.ts'
import { isBucketName } from './bucket-name.ts'
import { loadBucket } from './load-bucket.ts'
import { TemporaryFiles } from './temporary-files.ts'

/** Buckets in a folder. One process at a time may use it. */
export class StorageFolder {
  readonly buckets: Map<string, Bucket> = new Map()
  readonly temporary: TemporaryFiles
  readonly #folder: string

  /** Makes the folder where it is missing, and reads what it holds. */
  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // No bucket may have a name that begins with a dot.
    this.temporary = new TemporaryFiles(join(folder, '.temporary'))
    for (const name of readdirSync(folder)) {
      if (!isBucketName(name)) continue
      const bucket = loadBucket(join(folder, name), name, this.temporary)
      if (bucket) this.buckets.set(name, bucket)
    }
  }

  /** Makes a bucket whose name is free and allowed. */
  createBucket(name: string, nowMs: number): Bucket {
    const layout = new BucketLayout(join(this.#folder, name))
    mkdirSync(layout.objects, { recursive: true, mode: 0o700 })
    const file = this.temporary.nextPath()
    writeFileSync(file, JSON.stringify({ version: 1, createdAtMs: nowMs }), { mode: 0o600 })
    renameSync(file, layout.bucketFile)
    const bucket = new Bucket({ name, createdAtMs: nowMs, layout, temporary: this.temporary })
    this.buckets.set(name, bucket)
    return bucket
  }

  /** Removes a bucket with all that is in it. */
  deleteBucket({ name }: Bucket): void {
    const gone = this.temporary.nextPath()
    renameSync(join(this.#folder, name), gone)
    this.buckets.delete(name)
    void rm(gone, { recursive: true, force: true }).catch(() => {})
  }

  /** Removes a temporary file that did not become an object. */
  discard(file: string): void {
    rmSync(file, { force: true })
  }
}
