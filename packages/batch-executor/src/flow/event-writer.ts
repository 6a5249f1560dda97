import type { Clock, ObjectStore } from '@millrace/core-graph'
import { segmentKey, type WorkerAddress } from './job-keys.ts'

const firstWaitMs = 50
const longestWaitMs = 5_000
const growth = 1.5
/** A piece of this size does not wait. */
const fullBytes = 256 * 1024

/**
 * Tells the scheduler what happens, in pieces: objects that are written once, in order, and that the scheduler deletes when it has taken them.
 * The first event is told within 50 ms, and while events go on a piece is written at growing intervals, up to 5 s; what ends a task waits for 1 s at most.
 * A piece that cannot be written is tried again until {@link EventWriter.close}.
 */
export class EventWriter {
  readonly #store: ObjectStore
  readonly #me: WorkerAddress
  readonly #clock: Clock
  #pending: Buffer[] = []
  #pendingBytes = 0
  #sequence = 0
  #waitMs = firstWaitMs
  #lastAt = 0
  #timer = new AbortController()
  #waiting = false
  #closed = false
  #piece: Uint8Array | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor({ store, me, clock }: { readonly store: ObjectStore; readonly me: WorkerAddress; readonly clock: Clock }) {
    this.#store = store
    this.#me = me
    this.#clock = clock
  }

  /** Takes one encoded event. `urgent`: somebody waits for it. */
  tell(line: string, { urgent = false }: { readonly urgent?: boolean } = {}): void {
    const bytes = Buffer.from(line)
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    const quietMs = this.#clock.now().getTime() - this.#lastAt
    if (quietMs > this.#waitMs * 2) this.#waitMs = firstWaitMs
    if (urgent) this.#waitMs = Math.min(this.#waitMs, 1_000)
    const isFull = this.#pendingBytes >= fullBytes && this.#pendingBytes - bytes.length < fullBytes
    if (isFull) this.#writeSoon(0)
    else if (!this.#waiting) this.#writeSoon(Math.max(this.#waitMs - quietMs, 0))
  }

  /** Writes what is left. @rejects MillraceError of the store if it could not. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer.abort()
    await this.#writing
    await this.#write()
  }

  #writeSoon(ms: number): void {
    this.#timer.abort()
    const timer = new AbortController()
    this.#timer = timer
    this.#waiting = true
    this.#clock.sleep(ms, timer.signal).then(
      () => {
        this.#waiting = false
        this.#waitMs = Math.min(this.#waitMs * growth, longestWaitMs)
        // One piece at a time: their order is that of the events.
        this.#writing = this.#writing
          .then(() => this.#write())
          .catch(() => {
            if (!this.#closed && !this.#waiting) this.#writeSoon(this.#waitMs)
          })
      },
      () => {},
    )
  }

  /** A piece that failed is first written once more as it was: its answer may have been lost, and the scheduler may have taken it already. */
  async #write(): Promise<void> {
    while (this.#piece || this.#pending.length > 0) {
      this.#piece ??= this.#cut()
      this.#lastAt = this.#clock.now().getTime()
      await this.#store.put(segmentKey(this.#me, this.#sequence), this.#piece)
      this.#sequence += 1
      this.#piece = undefined
    }
  }

  #cut(): Uint8Array {
    const piece = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    return piece
  }
}
