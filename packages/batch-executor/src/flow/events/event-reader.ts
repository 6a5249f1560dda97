import type { ObjectStore, TaskKey, TaskSpec } from '@millrace/core-graph'
import { eventsPrefix, parseSegmentKey } from '../job-keys.ts'
import { parseEvents, type WorkerEvent } from './worker-event.ts'

/** So many pieces are fetched, handed on and deleted at a time. */
const pageSize = 100

/** Who told something. */
export interface Teller {
  readonly job: string
  readonly worker: number
}

/** Takes what the workers of one run have told: each piece once, in the order in which each worker wrote. */
export class EventReader {
  readonly #store: ObjectStore
  readonly #run: Pick<TaskSpec, 'flow' | 'run'>
  readonly #specOf: (key: TaskKey) => TaskSpec | undefined
  /** Pieces that were taken and may still be listed, because they could not be deleted. */
  #taken = new Set<string>()

  constructor(store: ObjectStore, run: Pick<TaskSpec, 'flow' | 'run'>, specOf: (key: TaskKey) => TaskSpec | undefined) {
    this.#store = store
    this.#run = run
    this.#specOf = specOf
  }

  /** Hands on all that is new and tells whether there was anything. One listing for all jobs, one get for each piece, one delete for a hundred. */
  async read(handle: (event: WorkerEvent, teller: Teller) => void): Promise<boolean> {
    const listed = new Set<string>()
    for await (const { key } of this.#store.list(eventsPrefix(this.#run))) if (parseSegmentKey(key)) listed.add(key)
    this.#taken = new Set([...this.#taken].filter((key) => listed.has(key)))
    const fresh = [...listed].filter((key) => !this.#taken.has(key))
    for (let at = 0; at < fresh.length; at += pageSize) await this.#take(fresh.slice(at, at + pageSize), handle)
    if (this.#taken.size > 0) await this.#store.delete([...this.#taken]).catch(() => {})
    return fresh.length > 0
  }

  async #take(keys: readonly string[], handle: (event: WorkerEvent, teller: Teller) => void): Promise<void> {
    const pieces = new Map<string, Uint8Array>()
    for await (const [key, body] of this.#store.getMany(keys)) if (body) pieces.set(key, body)
    for (const key of keys) {
      this.#taken.add(key)
      const [piece, teller] = [pieces.get(key), parseSegmentKey(key)]
      if (piece && teller) for (const event of parseEvents(piece, this.#specOf)) handle(event, teller)
    }
  }
}
