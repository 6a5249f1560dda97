import { constants, copyFileSync, mkdirSync, rmSync, truncateSync, unlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { ByteRange } from '../object/range.ts'
import { type BodySource, openSegments, type Segment } from './body-source.ts'
import type { BucketLayout } from './bucket-layout.ts'
import { keyToSortKey } from './listing/sort-key.ts'
import { SortedIndex } from './listing/sorted-index.ts'
import type { NewBody } from './new-body.ts'
import type { ObjectRecord, PartRecord, UploadRecord } from './object-record.ts'
import type { TemporaryFiles } from './temporary-files.ts'

/** An upload that is under way, with the parts that it has. */
export interface OpenUpload {
  readonly record: UploadRecord
  readonly parts: Map<number, PartRecord>
}

/**
 * A bucket: its objects and uploads on disk, and their records in memory.
 *
 * Every change is made between two turns of the event loop, on disk and in memory: who looks in between two statements without `await` sees
 * both or neither. On disk each is one rename.
 */
export class Bucket {
  readonly name: string
  readonly createdAtMs: number
  readonly objects: SortedIndex<ObjectRecord> = new SortedIndex()
  readonly uploads: Map<string, OpenUpload> = new Map()
  readonly #layout: BucketLayout
  readonly #temporary: TemporaryFiles
  /** How many read from the parts of an object, by the upload that made it. */
  readonly #readers = new Map<string, number>()
  /** Uploads whose object is gone while someone reads it. */
  readonly #left = new Set<string>()

  constructor(options: { name: string; createdAtMs: number; layout: BucketLayout; temporary: TemporaryFiles }) {
    this.name = options.name
    this.createdAtMs = options.createdAtMs
    this.#layout = options.layout
    this.#temporary = options.temporary
  }

  /** The object of this key. */
  find(key: string): ObjectRecord | undefined {
    return this.objects.get(keyToSortKey(key))
  }

  /** Commits an object in place of the one that is there. */
  put(record: ObjectRecord, body: NewBody): void {
    this.#temporary.commit(body, record, this.#layout.object(record.key))
    const sortKey = keyToSortKey(record.key)
    const replaced = this.objects.get(sortKey)
    this.objects.set(sortKey, record)
    if (replaced?.multipart) this.#leave(replaced.multipart.uploadId)
  }

  /** Commits another record for an object whose bytes stay as they are. */
  update(record: ObjectRecord): void {
    const path = this.#layout.object(record.key)
    const temporary = this.#temporary.nextPath()
    copyFileSync(path, temporary, constants.COPYFILE_FICLONE)
    truncateSync(temporary, record.multipart ? 0 : record.sizeBytes)
    this.#temporary.commit({ file: temporary, sizeBytes: record.sizeBytes }, record, path)
    this.objects.set(keyToSortKey(record.key), record)
  }

  /** Removes an object; gives whether there was one. */
  delete(key: string): boolean {
    const sortKey = keyToSortKey(key)
    const found = this.objects.get(sortKey)
    if (!found) return false
    unlinkSync(this.#layout.object(key))
    this.objects.delete(sortKey)
    if (found.multipart) this.#leave(found.multipart.uploadId)
    return true
  }

  /** Opens a part of an object that `find` just gave. It stays readable when the object is replaced or removed. */
  open({ key, sizeBytes, multipart }: ObjectRecord, range: ByteRange): BodySource {
    if (!multipart) return openSegments([{ path: this.#layout.object(key), sizeBytes }], range, () => {})
    const { uploadId, parts } = multipart
    const segments = parts.map(({ number, sizeBytes }): Segment => ({ path: this.#layout.part(uploadId, number), sizeBytes }))
    this.#readers.set(uploadId, (this.#readers.get(uploadId) ?? 0) + 1)
    return openSegments(segments, range, () => this.#endReading(uploadId))
  }

  /** Starts an upload. */
  startUpload(record: UploadRecord): void {
    mkdirSync(this.#layout.upload(record.id), { recursive: true, mode: 0o700 })
    this.#temporary.commit({ bytes: Buffer.alloc(0) }, record, this.#layout.uploadFile(record.id))
    this.uploads.set(record.id, { record, parts: new Map() })
  }

  /** Commits a part in place of the one that is there. */
  putPart(upload: OpenUpload, part: PartRecord, body: NewBody): void {
    this.#temporary.commit(body, part, this.#layout.part(upload.record.id, part.number))
    upload.parts.set(part.number, part)
  }

  /** Makes an upload the object `record`, whose parts are among those of the upload. */
  completeUpload(upload: OpenUpload, record: ObjectRecord): void {
    const { id } = upload.record
    this.put(record, { bytes: Buffer.alloc(0) })
    this.uploads.delete(id)
    unlinkSync(this.#layout.uploadFile(id))
    const used = new Set(record.multipart?.parts.map(({ number }) => number))
    for (const number of upload.parts.keys()) if (!used.has(number)) rmSync(this.#layout.part(id, number), { force: true })
  }

  /** Forgets an upload and its parts. */
  abortUpload({ record }: OpenUpload): void {
    this.uploads.delete(record.id)
    unlinkSync(this.#layout.uploadFile(record.id))
    this.#removeParts(record.id)
  }

  #leave(uploadId: string): void {
    if (this.#readers.has(uploadId)) this.#left.add(uploadId)
    else this.#removeParts(uploadId)
  }

  #endReading(uploadId: string): void {
    const left = (this.#readers.get(uploadId) ?? 1) - 1
    if (left > 0) this.#readers.set(uploadId, left)
    else {
      this.#readers.delete(uploadId)
      if (this.#left.delete(uploadId)) this.#removeParts(uploadId)
    }
  }

  /** Without its record and its object no one can see them: what a crash leaves of them is removed at the next start. */
  #removeParts(uploadId: string): void {
    void rm(this.#layout.upload(uploadId), { recursive: true, force: true }).catch(() => {})
  }
}
