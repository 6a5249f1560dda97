import { hash } from 'node:crypto'
import { join } from 'node:path'

/** Where the files of a bucket are. No part of a path comes from a key: a key is named by its SHA-256. */
export class BucketLayout {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Says that the bucket exists, and since when. */
  get bucketFile(): string {
    return join(this.folder, 'bucket.json')
  }

  get objects(): string {
    return join(this.folder, 'objects')
  }

  get uploads(): string {
    return join(this.folder, 'uploads')
  }

  /** The file of an object: its bytes, if it did not come in parts, and its record. */
  object(key: string): string {
    const name = hash('sha256', key, 'hex')
    return `${this.folder}/objects/${name.slice(0, 2)}/${name.slice(2)}`
  }

  /** The folder of an upload's parts, which are the object's when it is completed. */
  upload(uploadId: string): string {
    return join(this.uploads, uploadId)
  }

  /** The record of an upload; it goes when the upload is completed. */
  uploadFile(uploadId: string): string {
    return join(this.uploads, uploadId, 'upload')
  }

  /** The file of a part: its bytes and its record. */
  part(uploadId: string, number: number): string {
    return join(this.uploads, uploadId, String(number))
  }
}
