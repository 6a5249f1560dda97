import type { S3 } from '@millrace/s3-fast'
import { type ByteRange, type ByteStore, isHidden, type ReadOptions, type SourceFile } from './byte-source.ts'
import { fileChanged, unreadable, unwritable } from './file-errors.ts'

/** Objects of S3. URLs are `s3://bucket/key`; identities are ETags. A read is one request, which S3 refuses where the object is another. */
export class S3Source implements ByteStore {
  readonly #s3: S3

  /** @param s3 a client without a root */
  constructor(s3: S3) {
    this.#s3 = s3
  }

  async list(location: string, { signal }: ReadOptions): Promise<readonly SourceFile[]> {
    const files: SourceFile[] = []
    const prefix = `${location}/`
    try {
      for await (const { url, sizeBytes, etag } of this.#s3.listRecursive(prefix, signal ? { signal } : {})) {
        const segments = url.slice(prefix.length).split('/')
        // What some programs make for a folder is an object whose name ends in a slash.
        if (segments.at(-1) !== '' && !segments.some(isHidden)) files.push({ url, sizeBytes, identity: etag })
      }
    } catch (error) {
      throw this.#translate(location, { error, signal })
    }
    return files
  }

  async stat(url: string, { signal }: ReadOptions): Promise<SourceFile | undefined> {
    const [, , , key = ''] = url.split('/', 4)
    if (key === '' || url.endsWith('/')) return undefined
    try {
      const { sizeBytes, etag } = await this.#s3.info(url, signal ? { signal } : {})
      return { url, sizeBytes, identity: etag }
    } catch (error) {
      if (codeOf(error) === 'not-found') return undefined
      throw this.#translate(url, { error, signal })
    }
  }

  async read({ url, identity }: SourceFile, range: ByteRange, { signal }: ReadOptions): Promise<Uint8Array> {
    const request = { key: url, range, ...(identity === undefined ? {} : { ifMatch: identity }) }
    let bytes: Uint8Array
    try {
      bytes = await this.#s3.getBytes(request, signal ? { signal } : {})
    } catch (error) {
      if (['changed', 'not-found', 'precondition-failed', 'range-not-satisfiable'].includes(codeOf(error) ?? ''))
        throw fileChanged(url, error)
      throw this.#translate(url, { error, signal })
    }
    if (bytes.length !== range.length) throw fileChanged(url)
    return bytes
  }

  async write(url: string, bytes: Uint8Array, { isNew, signal }: ReadOptions & { readonly isNew: boolean }): Promise<boolean> {
    try {
      const { written } = await this.#s3.put(url, bytes, { overwrite: !isNew, ...(signal ? { signal } : {}) })
      return written
    } catch (error) {
      throw signal?.aborted && error === signal.reason ? error : unwritable(url, error)
    }
  }

  async remove(urls: readonly string[], { signal }: ReadOptions): Promise<void> {
    try {
      await this.#s3.delete(urls, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted && error === signal.reason ? error : unwritable(urls[0] ?? '', error)
    }
  }

  #translate(url: string, { error, signal }: { readonly error: unknown; readonly signal: AbortSignal | undefined }): unknown {
    return signal?.aborted && error === signal.reason ? error : unreadable(url, error)
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
