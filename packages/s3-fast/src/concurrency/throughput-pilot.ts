/** How a pilot begins, and its bounds. */
export interface ThroughputPilotOptions {
  readonly start: number
  readonly most: number
  /** How long who is told of progress has waited for any, in milliseconds since some instant: of a thread, the idle time of its event loop. */
  readonly idleMs: () => number
  /** How long each setting is watched before it is judged, in milliseconds. Default 200. */
  readonly windowMs?: number
}

/** A gain below this is noise. */
const worthwhile = 1.1
/** A setting that was found best is put to the test again after so many windows: networks change. */
const settledWindows = 25

/**
 * Finds how many transfers should run at once, by what it is told of their progress: more, while more brings more. A thread that hardly waits has
 * nothing to gain: what grows there is the engine that warms up, and each transfer more only costs.
 *
 * On loopback two ranges are all there is to gain; S3 gives about 90 MB/s a connection, and a dozen fill a network of 10 Gbit/s.
 * Pure: times are arguments.
 */
export class ThroughputPilot {
  readonly #most: number
  readonly #windowMs: number
  readonly #idleMs: () => number
  #target: number
  /** The setting before the last growth, and what it gave. */
  #before: { readonly target: number; readonly rate: number } | undefined
  #since: number | undefined
  #idleSince = 0
  #units = 0
  #settled = 0

  constructor({ start, most, idleMs, windowMs = 200 }: ThroughputPilotOptions) {
    this.#idleMs = idleMs
    this.#target = Math.min(start, most)
    this.#most = most
    this.#windowMs = windowMs
  }

  /** How many should run at once now. */
  get target(): number {
    return this.#target
  }

  /**
   * Tells of progress and gives the target after it.
   *
   * @param units bytes or objects: only their proportion counts
   * @param running how many transfers run; a window in which fewer than the target ran says nothing of the target
   */
  add(units: number, { nowMs, running }: { readonly nowMs: number; readonly running: number }): number {
    // A pause between two transfers is not slowness.
    if (this.#since === undefined || running < this.#target) return this.#restart(nowMs)
    if (this.#units === 0) this.#idleSince = this.#idleMs()
    this.#units += units
    const elapsedMs = nowMs - this.#since
    if (elapsedMs >= this.#windowMs) {
      this.#judge(this.#units / elapsedMs, (this.#idleMs() - this.#idleSince) / elapsedMs)
      this.#restart(nowMs)
    }
    return this.#target
  }

  #restart(nowMs: number): number {
    this.#since = nowMs
    this.#units = 0
    return this.#target
  }

  /** @param idle The part of the time in which there was nothing to do. */
  #judge(rate: number, idle: number): void {
    if (this.#settled > 0) {
      this.#settled -= 1
      return
    }
    if (this.#before && rate < this.#before.rate * worthwhile) {
      this.#target = this.#before.target
      this.#before = undefined
      this.#settled = settledWindows
      return
    }
    if (this.#target === this.#most || (1 - idle) * worthwhile > 1) return
    this.#before = { target: this.#target, rate }
    this.#target = Math.min(this.#most, Math.ceil(this.#target * 1.5))
  }
}
