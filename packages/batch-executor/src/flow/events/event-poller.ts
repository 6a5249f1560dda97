import type { Clock, ObjectStore, TaskKey, TaskSpec } from '@millrace/core-graph'
import { runTalkPrefix } from '../job-keys.ts'
import { EventReader, type Teller } from './event-reader.ts'
import type { WorkerEvent } from './worker-event.ts'

const shortestMs = 50
const longestMs = 1_000
const growth = 1.25

/** What a poller works with. */
export interface EventPollerOptions {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly specOf: (attempt: TaskKey & Pick<TaskSpec, 'flow' | 'run'>) => TaskSpec | undefined
  readonly handle: (event: WorkerEvent, teller: Teller) => void
  /** Whether there is anybody who may tell something. */
  readonly isNeeded: () => boolean
  /** Told in a sentence when nothing can be read, once until it can again. */
  readonly onNote: (text: string) => void
}

/** Reads what workers tell while there are any: every 50 ms while there is news, then more and more seldom, down to once a second. */
export class EventPoller {
  readonly #options: EventPollerOptions
  readonly #readers = new Map<string, EventReader>()
  readonly #closing = new AbortController()
  #waitMs = shortestMs
  #wait = new AbortController()
  #running: Promise<void> | undefined
  #reading: Promise<unknown> = Promise.resolve()
  #isDeaf = false

  constructor(options: EventPollerOptions) {
    this.#options = options
  }

  /** From now on reads what the workers of this run tell, too. */
  follow({ flow, run }: Pick<TaskSpec, 'flow' | 'run'>): void {
    const { store, specOf } = this.#options
    const prefix = runTalkPrefix({ flow, run })
    if (!this.#readers.has(prefix)) this.#readers.set(prefix, new EventReader(store, { flow, run }, (key) => specOf({ ...key, flow, run })))
    this.hurry()
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** Something is about to be told. */
  hurry(): void {
    this.#waitMs = shortestMs
    this.#wait.abort()
  }

  /** Reads all that has been told until now. @rejects MillraceError of the store. */
  async read(): Promise<boolean> {
    const { handle } = this.#options
    const reading = this.#reading.then(() => Promise.all([...this.#readers.values()].map((reader) => reader.read(handle))))
    this.#reading = reading.catch(() => {})
    return (await reading).includes(true)
  }

  /** Reads no more, and removes what the runs' workers and their scheduler have said to each other: the records are what stays. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#wait.abort()
    await this.#running
    await Promise.allSettled([...this.#readers.keys()].map((prefix) => this.#sweep(prefix)))
  }

  async #run(): Promise<void> {
    while (this.#options.isNeeded() && !this.#closing.signal.aborted) {
      this.#wait = new AbortController()
      const news = await this.#readOrNote()
      this.#waitMs = news ? shortestMs : Math.min(this.#waitMs * growth, longestMs)
      await this.#options.clock.sleep(this.#waitMs, this.#wait.signal).catch(() => {})
    }
  }

  /** A listing that failed is made again: what was told stays until it was taken. */
  async #readOrNote(): Promise<boolean> {
    try {
      const news = await this.read()
      this.#isDeaf = false
      return news
    } catch (error) {
      // The store has tried for a while itself, so this is no passing trouble.
      if (!this.#isDeaf)
        this.#options.onNote(
          `Could not read what the workers tell: ${error instanceof Error ? error.message : String(error)} It is tried again; workers that hear nothing of their run for five minutes end.`,
        )
      this.#isDeaf = true
      return false
    }
  }

  async #sweep(prefix: string): Promise<void> {
    const keys: string[] = []
    for await (const { key } of this.#options.store.list(prefix)) keys.push(key)
    if (keys.length > 0) await this.#options.store.delete(keys)
  }
}
