import type { HttpHead } from '../http/http-client-seam.ts'
import { headerToText } from './header-text.ts'
import { creatorMetadata } from './object-attributes.ts'
import { parseContentRange } from './object-range.ts'

/** What the headers of GET and HEAD tell of an object. Read from them when asked: most callers of small objects ask for nothing. */
export class ObjectHead {
  readonly #head: HttpHead

  constructor(head: HttpHead) {
    this.#head = head
  }

  /** Of the whole object, also where a range was read. */
  get totalBytes(): number {
    return parseContentRange(this.#head.header('content-range'))?.totalBytes ?? Number(this.#head.header('content-length') ?? 0)
  }

  get range(): { readonly offset: number; readonly length: number } | undefined {
    const range = this.#head.status === 206 ? parseContentRange(this.#head.header('content-range')) : undefined
    return range && { offset: range.start, length: range.end - range.start }
  }

  /** With its quotes. */
  get etag(): string | undefined {
    return this.#head.header('etag')
  }

  get contentType(): string | undefined {
    return this.#head.header('content-type')
  }

  get encryption(): string | undefined {
    return this.#head.header('x-amz-server-side-encryption')
  }

  get storageClass(): string {
    return this.#head.header('x-amz-storage-class') ?? 'STANDARD'
  }

  get lastModified(): Date | undefined {
    const text = this.#head.header('last-modified')
    return text === undefined ? undefined : new Date(text)
  }

  /** Names in lower case. */
  get metadata(): Readonly<Record<string, string>> {
    const own = [...this.#head.headers()].filter(([name]) => name.startsWith('x-amz-meta-') && name !== `x-amz-meta-${creatorMetadata}`)
    return Object.fromEntries(own.map(([name, value]) => [name.slice(11), headerToText(value)]))
  }

  /** Who created the object, where that was told. See `creatorMetadata`. */
  get creator(): string | undefined {
    return this.#head.header(`x-amz-meta-${creatorMetadata}`)
  }
}
