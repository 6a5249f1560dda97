import { objectUrl } from '../call/location.ts'
import type { ObjectHead } from '../object/object-head.ts'
import type { ObjectPlace } from '../object/object-place.ts'

/** What is known of an object that is there. */
export class ObjectInfo {
  /** As the caller named it: relative to the client's root, or the full URL. */
  readonly key: string
  readonly exists = true
  readonly #place: ObjectPlace
  readonly #head: ObjectHead

  /** Made by the client. */
  constructor(key: string, { place, head }: { readonly place: ObjectPlace; readonly head: ObjectHead }) {
    this.key = key
    this.#place = place
    this.#head = head
  }

  /** `s3://bucket/key`, the key as it is. */
  get url(): string {
    return objectUrl(this.#place)
  }

  /** Of the whole object. */
  get sizeBytes(): number {
    return this.#head.totalBytes
  }

  /** With its quotes; another one after every write of other bytes. */
  get etag(): string | undefined {
    return this.#head.etag
  }

  get contentType(): string | undefined {
    return this.#head.contentType
  }

  /** The object's own metadata, names in lower case. */
  get metadata(): Readonly<Record<string, string>> {
    return this.#head.metadata
  }

  /** To the second. */
  get lastModified(): Date | undefined {
    return this.#head.lastModified
  }

  /** How the server encrypts it at rest: `AES256`, `aws:kms`. */
  get encryption(): string | undefined {
    return this.#head.encryption
  }

  get storageClass(): string {
    return this.#head.storageClass
  }
}

/** In the place of an object that is not there, where `missing: 'return'` was asked for. */
export interface MissingObject {
  readonly key: string
  /** `s3://bucket/key`, the key as it is. */
  readonly url: string
  readonly exists: false
}
