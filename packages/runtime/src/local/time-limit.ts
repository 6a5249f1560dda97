import { longestTimerMs } from '@millrace/core-graph'

/** What a process may take to load the flow beside what its task may take: only a module that never ends loading needs as long. */
const loadAllowanceMs = 120_000

/** Ends a task that takes too long. Its time runs from when its process has loaded the flow: how busy the machine is with starting processes is not the step's doing. */
export class TimeLimit {
  #timer: NodeJS.Timeout
  #cleared = false

  constructor(timeoutMs: number, loaded: Promise<void>, onEnd: () => void) {
    this.#timer = start(timeoutMs + loadAllowanceMs, onEnd)
    void loaded.then(() => {
      if (this.#cleared) return
      clearTimeout(this.#timer)
      this.#timer = start(timeoutMs, onEnd)
    })
  }

  /** The task has ended by itself. */
  clear(): void {
    this.#cleared = true
    clearTimeout(this.#timer)
  }
}

const start = (ms: number, onEnd: () => void): NodeJS.Timeout => setTimeout(onEnd, Math.min(ms, longestTimerMs))
