import type { Clock, ObjectStore, RunRecord, TaskSpec } from '@millrace/core-graph'
import { type WorkerAddress, workerKey } from '../job-keys.ts'
import type { RunLease } from './run-lease.ts'

const heartbeatMs = 15_000
/** A worker that ends sooner gives no sign of life: nobody looks for the dead within a minute. */
const firstHeartbeatMs = 5_000
const leaseMs = 30_000

/** What a worker lives by. */
export interface WorkerLifeOptions {
  readonly store: ObjectStore
  readonly me: WorkerAddress
  readonly clock: Clock
  readonly records: { run(spec: Pick<TaskSpec, 'flow' | 'run'>): Promise<RunRecord | undefined> }
  readonly lease: RunLease
  /** Told once or more why the worker has to end: its run is over. */
  readonly onOver: (why: string) => void
}

/** While a worker works: its sign of life for the others, every 15 s, and a look, every 30 s, whether its run still goes on. */
export class WorkerLife {
  readonly #options: WorkerLifeOptions
  readonly #end = new AbortController()
  readonly #going: Promise<unknown>
  #hasBeaten = false

  /** Begins at once. */
  constructor(options: WorkerLifeOptions) {
    this.#options = options
    this.#going = Promise.all([
      this.#every([firstHeartbeatMs, heartbeatMs], () => this.#beat()),
      this.#every([leaseMs, leaseMs], () => this.#look()),
    ])
  }

  /** Does nothing more. The last sign of life stays. */
  async stop(): Promise<void> {
    this.#end.abort()
    await this.#going
  }

  /** Takes the last sign of life away: this worker has told all that it had to, and is not looked for. */
  async leave(): Promise<void> {
    const { store, me } = this.#options
    if (this.#hasBeaten) await store.delete([workerKey(me)])
  }

  async #beat(): Promise<void> {
    const { store, me } = this.#options
    this.#hasBeaten = true
    await store.put(workerKey(me), Buffer.from('{}'))
  }

  async #look(): Promise<void> {
    const { records, me, lease, onOver } = this.#options
    const over = lease.check(await records.run(me))
    if (over !== undefined) onOver(over)
  }

  /** Does it after a while, then again and again. What fails is done again next time. */
  async #every([firstMs, ms]: readonly [firstMs: number, ms: number], work: () => Promise<void>): Promise<void> {
    const { signal } = this.#end
    for (let waitMs = firstMs; !signal.aborted; waitMs = ms) {
      await this.#options.clock.sleep(waitMs, signal).catch(() => {})
      if (!signal.aborted) await work().catch(() => {})
    }
  }
}
