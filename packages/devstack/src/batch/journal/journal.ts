import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { applyEvent } from '../machine/apply-event.ts'
import type { BatchEvent } from '../machine/batch-event.ts'
import type { BatchState } from '../machine/batch-state.ts'
import { recordState, restoreState, type StateRecord } from './state-record.ts'

/** A journal of this size begins anew. */
const rotateBytes = 33_554_432

/**
 * Keeps the state on disk: `state-<n>.json`, and after it every event with its instant, a line each, in `events-<n>.ndjson`. As the machine
 * has neither clock nor chance, the same events give the same state again. An event is in the file before it has an effect; nothing is
 * flushed to the disk itself, so it outlives the end of the process, not that of the machine. A line that is torn is as if it had not been.
 */
export class Journal {
  readonly #folder: string
  readonly #state: BatchState
  #number = 0
  #descriptor: number | undefined
  #sizeBytes = 0

  /** Fills the state, which must be without jobs, with what is on disk. @throws Error for a file that is none of these. */
  constructor(folder: string, state: BatchState, nowMs: number) {
    this.#folder = folder
    this.#state = state
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const numbers = readdirSync(folder).flatMap((name) => /^state-(\d+)\.json$/.exec(name)?.[1] ?? [])
    this.#number = Math.max(0, ...numbers.map(Number))
    if (this.#number > 0) this.#read(nowMs)
    this.#rotate()
  }

  /** Keeps an event. */
  add(event: BatchEvent, nowMs: number): void {
    if (this.#descriptor === undefined) throw new Error('The journal of Batch is closed.')
    if (this.#sizeBytes > rotateBytes) this.#rotate()
    this.#sizeBytes += writeSync(this.#descriptor, `${JSON.stringify([nowMs, event])}\n`)
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #read(nowMs: number): void {
    const path = this.#path('state', this.#number)
    const record = JSON.parse(readFileSync(path, 'utf8')) as StateRecord
    if (record.version !== 1)
      throw new Error(`Could not read ${path}: it has a version that this devstack does not know. Remove the folder ${this.#folder}.`)
    restoreState(this.#state, record, nowMs)
    for (const line of this.#lines()) {
      const [at, event] = JSON.parse(line) as [number, BatchEvent]
      applyEvent(this.#state, event, at)
    }
  }

  /** Whole lines only. */
  #lines(): readonly string[] {
    try {
      return readFileSync(this.#path('events', this.#number), 'utf8').split('\n').slice(0, -1)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    }
  }

  /** Writes the state, and begins a new file of events after it. A crash leaves the old pair or the new one. */
  #rotate(): void {
    this.close()
    const next = this.#number + 1
    const draft = join(this.#folder, 'draft')
    writeFileSync(draft, JSON.stringify(recordState(this.#state)), { mode: 0o600 })
    rmSync(this.#path('events', next), { force: true })
    renameSync(draft, this.#path('state', next))
    this.#descriptor = openSync(this.#path('events', next), 'a', 0o600)
    this.#sizeBytes = 0
    for (const kind of ['events', 'state']) rmSync(this.#path(kind, this.#number), { force: true })
    this.#number = next
  }

  #path(kind: string, number: number): string {
    return join(this.#folder, kind === 'state' ? `state-${number}.json` : `events-${number}.ndjson`)
  }
}
