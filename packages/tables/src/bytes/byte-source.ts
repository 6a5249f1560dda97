/** A file of a table, as it was when it was found. */
export interface SourceFile {
  /** Its path, or `s3://bucket/key`. */
  readonly url: string
  readonly sizeBytes: number
  /** Another one after every change of the content: an ETag, or inode, size and time. Absent where it is not known before the first read. */
  readonly identity?: string | undefined
}

/** A part of a file. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/** How something is read. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Where the bytes of tables are. Implementations must not follow a file that changes: a read of a file whose identity is another than
 * `file.identity` is the error `file-changed`, and so is one of a file that is gone. A read gives all bytes of its range or fails.
 */
export interface ByteSource {
  /** All files below `location` at any depth but hidden ones (`isHidden`), in the order of their URLs. None where there is no such folder. */
  list(location: string, options: ReadOptions): Promise<readonly SourceFile[]>
  /** One file, or `undefined` where there is none. */
  stat(url: string, options: ReadOptions): Promise<SourceFile | undefined>
  /** Bytes in memory that belongs to the caller: it may keep them, change them, or give their memory away. */
  read(file: SourceFile, range: ByteRange, options: ReadOptions): Promise<Uint8Array>
}

/** Where tables are written. A file appears whole or not at all. */
export interface ByteStore extends ByteSource {
  /** @returns false where `isNew` is asked and there is a file already, which is decided in one moment */
  write(url: string, bytes: Uint8Array, options: ReadOptions & { readonly isNew: boolean }): Promise<boolean>
  /** Removes files; those that are not there are no failure. */
  remove(urls: readonly string[], options: ReadOptions): Promise<void>
}

/** Whether a file or a folder is left out of listings, as Hive and Spark do: its name begins with `_` or `.` and names no partition. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || (name.startsWith('_') && !name.includes('='))
}
