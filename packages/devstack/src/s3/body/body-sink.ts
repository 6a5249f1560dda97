import { close, open, writev } from 'node:fs'
import { promisify } from 'node:util'
import type { NewBody } from '../storage/new-body.ts'
import type { StorageFolder } from '../storage/storage-folder.ts'

const openFile = promisify(open)
const closeFile = promisify(close)

/** Up to this size a body is kept in memory until it is committed. */
const inMemoryBytes = 1_048_576
/** With this much waiting to be written, the sender is asked to wait. */
const waitingBytes = 8_388_608

/** Takes the bytes of a body as they come: a small one stays in memory, a large one goes to a temporary file. */
export class BodySink {
  readonly #storage: StorageFolder
  #file: string | undefined
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #failure: unknown
  sizeBytes = 0

  constructor(storage: StorageFolder) {
    this.#storage = storage
  }

  /** Takes a piece, which must not change afterwards. */
  push(data: Buffer): void {
    this.sizeBytes += data.length
    this.#waiting.push(data)
    this.#waitingBytes += data.length
    if (this.sizeBytes > inMemoryBytes) this.#write()
  }

  /** Whether so much waits that no more should come before `drained`. */
  get isFull(): boolean {
    return this.#waitingBytes > waitingBytes
  }

  /** Settles when what waited is written. @rejects what the file system said. */
  async drained(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#failure !== undefined) throw this.#failure
  }

  /** All of it. @rejects what the file system said. */
  async end(): Promise<NewBody> {
    await this.drained()
    if (this.#file === undefined)
      return { bytes: this.#waiting.length === 1 && this.#waiting[0] ? this.#waiting[0] : Buffer.concat(this.#waiting) }
    await this.#close()
    return { file: this.#file, sizeBytes: this.sizeBytes }
  }

  /** Gives it up, and removes what was written. */
  async discard(): Promise<void> {
    await this.drained().catch(() => {})
    await this.#close().catch(() => {})
    if (this.#file !== undefined) this.#storage.discard(this.#file)
  }

  #descriptor: number | undefined

  #write(): void {
    if (this.#writing || this.#failure !== undefined || this.#waiting.length === 0) return
    this.#writing = this.#writeWaiting()
      .catch((error: unknown) => {
        this.#failure = error
      })
      .then(() => {
        this.#writing = undefined
        this.#write()
      })
  }

  async #writeWaiting(): Promise<void> {
    const buffers = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    this.#file ??= this.#storage.temporary.nextPath()
    this.#descriptor ??= await openFile(this.#file, 'wx', 0o600)
    await writeAll(this.#descriptor, buffers)
  }

  async #close(): Promise<void> {
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    if (descriptor !== undefined) await closeFile(descriptor)
  }
}

async function writeAll(descriptor: number, buffers: readonly Buffer[]): Promise<void> {
  let left = buffers
  while (left.length > 0) {
    // No system takes more at once.
    const batch = left.slice(0, 1_024)
    let written = await new Promise<number>((resolve, reject) => {
      writev(descriptor, batch, (error, count) => (error ? reject(error) : resolve(count)))
    })
    let whole = 0
    for (; whole < batch.length && written >= (batch[whole]?.length ?? 0); whole += 1) written -= batch[whole]?.length ?? 0
    const cut = batch[whole]
    left = cut ? [cut.subarray(written), ...left.slice(whole + 1)] : left.slice(whole)
  }
}
