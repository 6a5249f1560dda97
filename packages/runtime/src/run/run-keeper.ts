import { recordRunEnd, writeRun } from '@millrace/artifact-store'
import type { Clock, ErrorRecord, ObjectStore, RunRecord } from '@millrace/core-graph'

const heartbeatMs = 30_000

/** Keeps a run's record: alive while its scheduler is, and finished in the end. */
export class RunKeeper {
  readonly #store: ObjectStore
  readonly #clock: Clock
  readonly #stop = new AbortController()
  #record: RunRecord
  readonly #beating: Promise<void>

  constructor(store: ObjectStore, record: RunRecord, clock: Clock) {
    this.#store = store
    this.#record = record
    this.#clock = clock
    this.#beating = this.#beat()
  }

  get record(): RunRecord {
    return this.#record
  }

  /** Ends the heartbeat. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#beating
  }

  /** Ends the heartbeat and writes how the run ended. @throws MillraceError if it could not be written. */
  async finish(status: RunRecord['status'], error?: RunRecord['error']): Promise<RunRecord> {
    await this.stop()
    const now = this.#clock.now().toISOString()
    this.#record = { ...this.#record, status, heartbeatAt: now, finishedAt: now, ...(error ? { error: withoutStack(error) } : {}) }
    await writeRun(this.#store, this.#record)
    // A list of runs that reads each record instead is slower, and as true.
    await recordRunEnd(this.#store, this.#record, { clock: this.#clock })
    return this.#record
  }

  async #beat(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.#clock.sleep(heartbeatMs, signal)
      } catch {
        return
      }
      this.#record = { ...this.#record, heartbeatAt: this.#clock.now().toISOString() }
      // A heartbeat that could not be written is written again in half a minute; a reader waits five.
      await writeRun(this.#store, this.#record).catch(() => {})
    }
  }
}

/** The stack is in the task's own record. */
function withoutStack(error: ErrorRecord & { readonly subject?: string }): ErrorRecord & { readonly subject?: string } {
  const { stack: _stack, ...rest } = error
  return rest
}
