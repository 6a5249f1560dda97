import { lossOf, type RunObserver } from '@millrace/artifact-store'
import type { RunRecord } from '@millrace/core-graph'

/** A scheduler that lives writes every half minute: one that looked dead, and is silent while that goes by, is dead, and was not asleep with its machine. */
const beatMs = 35_000
/** Silence, as counted here and by no clock, that means death. */
const silenceMs = 5 * 60_000

/** Judges, look by look, whether a run's scheduler lives. More patient than one look can be: machines sleep, clocks jump. No I/O but the look at the process of a run of this machine. */
export class Vigil {
  #heartbeat: string | undefined
  #quietMs = 0
  #hasLived = false
  #wasGone = false

  /** Judges the record just read; `waitedMs` has gone by since the last one. */
  look(
    record: RunRecord | undefined,
    { waitedMs, ...observer }: RunObserver & { readonly waitedMs: number },
  ): 'running' | 'ended' | 'dead' {
    if (record?.status !== 'running') return 'ended'
    this.#quietMs = record.heartbeatAt === this.#heartbeat ? this.#quietMs + waitedMs : 0
    this.#heartbeat = record.heartbeatAt
    const loss = lossOf(record, observer)
    const isDead = this.#isDead(loss)
    // A process that is gone may have ended its run after this record was read: the next one tells.
    this.#wasGone = loss === 'gone'
    this.#hasLived ||= loss === undefined
    return isDead ? 'dead' : 'running'
  }

  #isDead(loss: ReturnType<typeof lossOf>): boolean {
    if (loss === 'gone') return this.#wasGone
    if (loss === 'silent') return !this.#hasLived || this.#quietMs > beatMs
    return this.#quietMs > silenceMs
  }
}
