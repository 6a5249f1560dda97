import type { OnProgress } from '../call/transfer-progress.ts'
import type { ObjectAttributes } from '../object/object-attributes.ts'

/** How objects are written. */
export interface WriteOptions extends ObjectAttributes {
  /** `false`: write only where there is no object yet, decided by S3 in one moment. Default true. */
  readonly overwrite?: boolean
  readonly signal?: AbortSignal
}

/** How one object is written. */
export interface PutOptions extends WriteOptions {
  readonly onProgress?: OnProgress
}

/** What became of a write. */
export interface PutResult {
  /** As the caller named it. */
  readonly key: string
  /** `s3://bucket/key`, the key as it is. */
  readonly url: string
  /** `false` where there was an object already and `overwrite: false` was asked for. */
  readonly written: boolean
  /** Of what was written, with its quotes. */
  readonly etag: string | undefined
}
