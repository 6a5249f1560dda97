import type { ByteRange, ByteSource, ReadOptions, SourceFile } from './byte-source.ts'

/** A source that counts what is asked of another one. */
export class CountingSource implements ByteSource {
  readonly #source: ByteSource
  readonly reads: (ByteRange & { readonly url: string })[] = []

  constructor(source: ByteSource) {
    this.#source = source
  }

  get bytes(): number {
    return this.reads.reduce((sum, { length }) => sum + length, 0)
  }

  list(location: string, options: ReadOptions): Promise<readonly SourceFile[]> {
    return this.#source.list(location, options)
  }

  stat(url: string, options: ReadOptions): Promise<SourceFile | undefined> {
    return this.#source.stat(url, options)
  }

  read(file: SourceFile, range: ByteRange, options: ReadOptions): Promise<Uint8Array> {
    this.reads.push({ url: file.url, ...range })
    return this.#source.read(file, range, options)
  }
}
