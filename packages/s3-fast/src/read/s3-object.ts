import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { writeSmallFile } from '../download/write-small-file.ts'
import type { ObjectHead } from '../object/object-head.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import { ObjectInfo } from './object-info.ts'
import type { TemporaryFolder } from './temporary-folder.ts'

interface ObjectBody {
  readonly place: ObjectPlace
  readonly head: ObjectHead
  /** In memory, or in the file. */
  readonly body: Buffer | undefined
  readonly path: string | undefined
  readonly folder: TemporaryFolder
}

/** An object that has been read: complete, checked, in memory or in a file. Nothing below asks S3 again. */
export class S3Object extends ObjectInfo {
  /** Which bytes of the object these are, where not all were asked for. */
  readonly range: { readonly offset: number; readonly length: number } | undefined
  readonly #body: Buffer | undefined
  readonly #folder: TemporaryFolder
  #path: string | undefined

  /** Made by the client. */
  constructor(key: string, { place, head, body, path, folder }: ObjectBody) {
    super(key, { place, head })
    this.range = head.range
    this.#body = body
    this.#path = path
    this.#folder = folder
  }

  /** How much memory the body takes: 0 where it is in a file. */
  get memoryBytes(): number {
    return this.#body?.byteLength ?? 0
  }

  /** The body. Each call gives the same bytes where they are in memory, and reads the file where they are not. */
  async bytes(): Promise<Uint8Array> {
    return this.#body ?? (await readFile(this.#filePath()))
  }

  /** The body as UTF-8; what is not UTF-8 becomes U+FFFD. */
  async text(): Promise<string> {
    return this.#body?.toString('utf8') ?? (await readFile(this.#filePath(), 'utf8'))
  }

  /** The body as JSON. @throws SyntaxError */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text())
  }

  /** The body, piece by piece. */
  stream(): Readable {
    return this.#body ? Readable.from([this.#body], { objectMode: false }) : createReadStream(this.#filePath())
  }

  /** The path of a file with the body, of mode 0600. A temporary one goes when the client is closed: move it to keep it. */
  async file(): Promise<string> {
    if (this.#path === undefined) {
      const path = this.#folder.newPath(this.key)
      writeSmallFile(path, this.#body ?? new Uint8Array())
      this.#path = path
    }
    return this.#path
  }

  #filePath(): string {
    return this.#path ?? ''
  }
}
