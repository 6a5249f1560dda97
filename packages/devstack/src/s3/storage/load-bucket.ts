import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Bucket } from './bucket.ts'
import { BucketLayout } from './bucket-layout.ts'
import { keyToSortKey } from './listing/sort-key.ts'
import type { ObjectRecord, PartRecord, UploadRecord } from './object-record.ts'
import { readRecord } from './record-file.ts'
import type { TemporaryFiles } from './temporary-files.ts'

/**
 * Reads the records of a bucket into memory, about 15 µs an object, and removes what a crash left. Gives `undefined` for a folder that is no
 * bucket (yet).
 */
export function loadBucket(folder: string, name: string, temporary: TemporaryFiles): Bucket | undefined {
  const layout = new BucketLayout(folder)
  if (!existsSync(layout.bucketFile)) return undefined
  const { createdAtMs }: { createdAtMs: number } = JSON.parse(readFileSync(layout.bucketFile, 'utf8'))
  const bucket = new Bucket({ name, createdAtMs, layout, temporary })
  const completed = loadObjects(bucket, layout)
  loadUploads(bucket, layout, completed)
  return bucket
}

/** Gives the uploads whose parts are an object's. */
function loadObjects(bucket: Bucket, layout: BucketLayout): ReadonlySet<string> {
  const completed = new Set<string>()
  for (const group of namesIn(layout.objects))
    for (const file of namesIn(join(layout.objects, group))) {
      const record = readRecord(join(layout.objects, group, file)) as ObjectRecord | undefined
      // Torn files cannot come from a crash of this program, only from one of the machine: they are as if never written.
      if (!record) continue
      bucket.objects.set(keyToSortKey(record.key), record)
      if (record.multipart) completed.add(record.multipart.uploadId)
    }
  return completed
}

function loadUploads(bucket: Bucket, layout: BucketLayout, completed: ReadonlySet<string>): void {
  for (const id of namesIn(layout.uploads)) {
    const file = layout.uploadFile(id)
    if (completed.has(id)) {
      rmSync(file, { force: true })
      continue
    }
    const record = existsSync(file) ? (readRecord(file) as UploadRecord | undefined) : undefined
    if (!record) {
      rmSync(layout.upload(id), { recursive: true, force: true })
      continue
    }
    const parts = new Map<number, PartRecord>()
    for (const name of namesIn(layout.upload(id))) {
      if (name === 'upload') continue
      const part = readRecord(layout.part(id, Number(name))) as PartRecord | undefined
      if (part) parts.set(part.number, part)
    }
    bucket.uploads.set(id, { record, parts })
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
