import type { Clock, ObjectStore } from '@millrace/core-graph'
import { segmentKey, type WorkerAddress } from '../job-keys.ts'

const firstWaitMs = 50
const longestWaitMs = 5_000
const growth = 2
/** So many pieces may come soon after each other: a task's start and its first lines. */
const soonPieces = 3
/** After so long without a piece the next one is soon again. */
const quietMs = 2_000
/** The longest that what ends a task waits, where few workers tell, and where many do: a scheduler can hear a few hundred pieces a second. */
const fewUrgentMs = 1_000
const urgentMsForEach = 5
/** A piece of this size does not wait. */
const fullBytes = 256 * 1024

/** What a writer works with. */
export interface EventWriterOptions {
  readonly store: ObjectStore
  readonly me: WorkerAddress
  readonly clock: Clock
  /** Of the job. Default 1. */
  readonly workers?: number
}

/**
 * Tells the scheduler what happens, in pieces: objects that are written once, in order, and that the scheduler deletes when it has taken them.
 * The first events are told within 50 ms each, and while they go on a piece is written at growing intervals, up to 5 s; what ends a task waits for 1 s at most, or 5 ms for each worker of
 * the job where there are more than 200.
 * A piece that cannot be written is tried again until {@link EventWriter.close}.
 */
export class EventWriter {
  readonly #store: ObjectStore
  readonly #me: WorkerAddress
  readonly #clock: Clock
  readonly #urgentMs: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #sequence = 0
  #waitMs = firstWaitMs
  #lastAt = 0
  #timer = new AbortController()
  #soonLeft = soonPieces
  #dueAt: number | undefined
  #closed = false
  #piece: Uint8Array | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor({ store, me, clock, workers = 1 }: EventWriterOptions) {
    this.#store = store
    this.#me = me
    this.#clock = clock
    this.#urgentMs = Math.min(Math.max(fewUrgentMs, workers * urgentMsForEach), longestWaitMs)
  }

  /** Takes one encoded event. `urgent`: somebody waits for it. `patient`: what comes next will take it along, within a second. */
  tell(line: string, { urgent = false, patient = false }: { readonly urgent?: boolean; readonly patient?: boolean } = {}): void {
    const bytes = Buffer.from(line)
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    const now = this.#clock.now().getTime()
    if (now - this.#lastAt > Math.max(quietMs, this.#waitMs * 2)) {
      this.#waitMs = firstWaitMs
      this.#soonLeft = soonPieces
    }
    if (urgent) this.#waitMs = Math.min(this.#waitMs, this.#urgentMs)
    const isFull = this.#pendingBytes >= fullBytes
    const dueAt = isFull ? now : Math.max(now, patient ? now + fewUrgentMs : this.#lastAt + this.#waitMs)
    if (this.#dueAt === undefined || dueAt < this.#dueAt) this.#writeAt(dueAt)
  }

  /** Writes what is left. @rejects MillraceError of the store if it could not. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer.abort()
    await this.#writing
    while (this.#piece || this.#pending.length > 0) await this.#write()
  }

  #writeAt(dueAt: number): void {
    this.#timer.abort()
    const timer = new AbortController()
    this.#timer = timer
    this.#dueAt = dueAt
    this.#clock.sleep(Math.max(dueAt - this.#clock.now().getTime(), 0), timer.signal).then(
      () => {
        this.#dueAt = undefined
        if (this.#soonLeft > 0) this.#soonLeft -= 1
        else this.#waitMs = Math.min(this.#waitMs * growth, longestWaitMs)
        // One piece at a time: their order is that of the events.
        this.#writing = this.#writing
          .then(() => this.#write())
          .catch(() => {})
          .then(() => {
            // What came while it was on its way waits as anything else, and so does what could not be written.
            const isLeft = this.#piece !== undefined || this.#pending.length > 0
            if (!isLeft || this.#closed || this.#dueAt !== undefined) return
            const now = this.#clock.now().getTime()
            this.#writeAt(this.#pendingBytes >= fullBytes ? now : now + this.#waitMs)
          })
      },
      () => {},
    )
  }

  /** Writes one piece. One that failed is first written once more as it was: its answer may have been lost, and the scheduler may have taken it already. */
  async #write(): Promise<void> {
    if (!this.#piece && this.#pending.length === 0) return
    this.#piece ??= this.#cut()
    this.#lastAt = this.#clock.now().getTime()
    await this.#store.put(segmentKey(this.#me, this.#sequence), this.#piece)
    this.#sequence += 1
    this.#piece = undefined
  }

  #cut(): Uint8Array {
    const piece = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    return piece
  }
}
