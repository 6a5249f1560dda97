import type { ErrorRecord, TaskSpec } from '@millrace/core-graph'
import { attemptId } from './launches.ts'

/** How often the memory of each task was too small, and what follows for its next attempt. */
export class MemoryDeaths {
  readonly #counts = new Map<string, number>()

  /** Takes the error that an attempt has ended with. */
  count(spec: TaskSpec, error: ErrorRecord | undefined): void {
    if (error?.code === 'out-of-memory') this.#counts.set(taskId(spec), this.#of(spec) + 1)
  }

  /** What the memory of the task's step is multiplied by. */
  factorOf(spec: TaskSpec): number {
    return (spec.retry?.memoryFactor ?? 1) ** this.#of(spec)
  }

  #of(spec: TaskSpec): number {
    return this.#counts.get(taskId(spec)) ?? 0
  }
}

const taskId = (spec: TaskSpec): string => attemptId({ ...spec, attempt: 0 })
