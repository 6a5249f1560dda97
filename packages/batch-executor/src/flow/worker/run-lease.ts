import type { Clock, RunRecord } from '@millrace/core-graph'

/** A scheduler writes its sign of life each 30 s; it is gone when there was no new one for this long. */
const silenceMs = 5 * 60_000
/** A sign of life that is older than this by the wall clock is not waited for: S3 itself refuses a clock that is 15 minutes off. */
const hopelessMs = 20 * 60_000

/** Tells whether a run goes on. Two machines' clocks may differ, so it goes by whether the run's record changes, and by this process's own time. */
export class RunLease {
  readonly #clock: Clock
  #heartbeatAt = ''
  #changedAt: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#changedAt = performance.now()
  }

  /** Takes the run's record as it stands now; `undefined` where there is none. Gives why the run is over, if it is. */
  check(run: Pick<RunRecord, 'status' | 'heartbeatAt'> | undefined): string | undefined {
    if (!run) return 'the record of its run is gone'
    if (run.status !== 'running') return `its run has ended (${run.status})`
    if (run.heartbeatAt !== this.#heartbeatAt) {
      this.#heartbeatAt = run.heartbeatAt
      this.#changedAt = performance.now()
    }
    const isHopeless = this.#clock.now().getTime() - Date.parse(run.heartbeatAt) > hopelessMs
    if (!isHopeless && performance.now() - this.#changedAt <= silenceMs) return undefined
    return `its scheduler has given no sign of life since ${run.heartbeatAt}`
  }
}
