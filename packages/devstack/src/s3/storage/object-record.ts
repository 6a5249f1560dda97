import type { Checksum } from '../checksums/checksum.ts'

/** Content headers that are kept with an object and given back with it, in lower case. */
export const keptHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
] as const

/** What is said of an object when it is made, before its bytes are known. */
export interface ObjectDraft {
  readonly key: string
  /** Of `keptHeaders`, those that were given. */
  readonly headers: Readonly<Record<string, string>>
  /** Names in lower case, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>
  readonly encryption?: 'AES256'
  /** Absent for `STANDARD`. It is kept and given back, and changes nothing. */
  readonly storageClass?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** A part of an upload, or of the object that it became. */
export interface PartRecord {
  readonly number: number
  readonly sizeBytes: number
  readonly etag: string
  readonly modifiedAtMs: number
  readonly checksum?: Checksum
}

/** An object, as it is kept on disk behind its bytes and in memory. */
export interface ObjectRecord extends ObjectDraft {
  readonly sizeBytes: number
  /** Without quotes. */
  readonly etag: string
  readonly modifiedAtMs: number
  readonly checksum?: Checksum
  /** Where its bytes are, when it came in parts. */
  readonly multipart?: { readonly uploadId: string; readonly parts: readonly PartRecord[] }
}

/** An upload that is not completed yet. */
export interface UploadRecord extends ObjectDraft {
  readonly id: string
  readonly initiatedAtMs: number
  readonly checksum?: Pick<Checksum, 'algorithm' | 'type'>
}
