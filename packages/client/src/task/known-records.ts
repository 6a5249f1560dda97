import { type AttemptAddress, taskRecordKey } from '@millrace/artifact-store'
import type { TaskRecord } from '@millrace/core-graph'

const mostKept = 10_000

/**
 * The records of attempts that a client has read. One never changes once it is written, and no run's number is given again,
 * so what was read stays true for as long as a listing says that it is there. The 10,000 newest are kept.
 */
export class KnownRecords {
  readonly #records = new Map<string, TaskRecord>()

  get(attempt: AttemptAddress): TaskRecord | undefined {
    return this.#records.get(taskRecordKey(attempt))
  }

  add(record: TaskRecord): void {
    this.#records.set(taskRecordKey(record), record)
    if (this.#records.size <= mostKept) return
    for (const oldest of this.#records.keys()) {
      this.#records.delete(oldest)
      return
    }
  }
}
