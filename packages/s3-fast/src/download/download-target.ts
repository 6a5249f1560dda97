import { closeSync, openSync, writeSync } from 'node:fs'

/** Where the bytes of a large body go: each piece at its own place, in any order. */
interface DownloadTarget {
  /** The bytes hold only during the call. */
  write(chunk: Uint8Array, position: number): void
  /** After the last piece, or after a failure. */
  close(): void
}

/** Memory of exactly the body's size: the front of `into` where it is that long, else new. */
export class MemoryTarget implements DownloadTarget {
  readonly bytes: Buffer

  constructor(sizeBytes: number, into?: Uint8Array) {
    this.bytes =
      into && into.byteLength >= sizeBytes ? Buffer.from(into.buffer, into.byteOffset, sizeBytes) : Buffer.allocUnsafeSlow(sizeBytes)
  }

  write(chunk: Uint8Array, position: number): void {
    this.bytes.set(chunk, position)
  }

  close(): void {}
}

/** A new file of mode 0600. Written synchronously: from the reader's buffer a copy to the page cache is quicker than a hand-over to another thread. */
export class FileTarget implements DownloadTarget {
  readonly path: string
  #fd: number

  /** @throws the system's error, `EEXIST` among them. */
  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, 'wx', 0o600)
  }

  write(chunk: Uint8Array, position: number): void {
    for (let done = 0; done < chunk.byteLength; ) done += writeSync(this.#fd, chunk, done, chunk.byteLength - done, position + done)
  }

  close(): void {
    if (this.#fd === -1) return
    closeSync(this.#fd)
    this.#fd = -1
  }
}
