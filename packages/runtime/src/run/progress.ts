import type { StepProgress } from './run-events.ts'

const intervalMs = 100

interface Counts {
  total: number
  done: number
  running: number
  failed: number
}

/** Counts the tasks of the steps that a foreach leads to, and tells of a step at most ten times a second, and when it is done. */
export class Progress {
  readonly #steps = new Map<string, Counts & { toldAt: number }>()
  readonly #tell: (progress: StepProgress) => void
  readonly #elapsedMs: () => number

  constructor(tell: (progress: StepProgress) => void, elapsedMs: () => number = () => performance.now()) {
    this.#tell = tell
    this.#elapsedMs = elapsedMs
  }

  /** `count` more tasks of a step are on their way. */
  expect(step: string, count: number): void {
    const counts = this.#steps.get(step) ?? { total: 0, done: 0, running: 0, failed: 0, toldAt: Number.NEGATIVE_INFINITY }
    counts.total += count
    this.#steps.set(step, counts)
    this.#changed(step, {})
  }

  started(step: string): void {
    this.#changed(step, { running: 1 })
  }

  succeeded(step: string): void {
    this.#changed(step, { running: -1, done: 1 })
  }

  /** A task is done without having run. */
  reused(step: string): void {
    this.#changed(step, { done: 1 })
  }

  /** An attempt has ended badly, and the task is on its way again. */
  retried(step: string): void {
    this.#changed(step, { running: -1 })
  }

  /** A task has failed for good. */
  failed(step: string): void {
    this.#changed(step, { running: -1, failed: 1 })
  }

  #changed(step: string, change: Partial<Counts>): void {
    const counts = this.#steps.get(step)
    if (!counts) return
    counts.running += change.running ?? 0
    counts.done += change.done ?? 0
    counts.failed += change.failed ?? 0
    const now = this.#elapsedMs()
    const { total, done, running, failed } = counts
    if (now - counts.toldAt < intervalMs && done + failed < total) return
    counts.toldAt = now
    this.#tell({ step, total, done, running, failed, queued: total - done - failed - running })
  }
}
