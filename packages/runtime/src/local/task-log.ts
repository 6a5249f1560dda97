import { logKey, writeLog } from '@millrace/artifact-store'
import type { LogLine, ObjectStore, TaskSpec } from '@millrace/core-graph'

const firstWaitMs = 1_000
const lastWaitMs = 30_000

/**
 * One attempt's log: kept within `maxBytes` a stream, and saved while the task runs, at first after a second and then at longer and longer intervals.
 * A task that writes nothing has no log object.
 */
export class TaskLog {
  readonly #store: ObjectStore
  readonly #key: string
  readonly #maxBytes: number
  readonly #lines: LogLine[] = []
  readonly #bytes = { stdout: 0, stderr: 0 }
  #timer: NodeJS.Timeout | undefined
  #waitMs = firstWaitMs
  #saving: Promise<void> = Promise.resolve()

  constructor(store: ObjectStore, spec: TaskSpec, maxBytes: number) {
    this.#store = store
    this.#key = logKey(spec)
    this.#maxBytes = maxBytes
  }

  /** Takes a line, and returns what is kept of it: the line, a mark where the limit was reached, or nothing. */
  add(line: LogLine): LogLine | undefined {
    const before = this.#bytes[line.stream]
    if (before > this.#maxBytes) return undefined
    this.#bytes[line.stream] = before + Buffer.byteLength(line.text) + 1
    const kept =
      this.#bytes[line.stream] <= this.#maxBytes
        ? line
        : { ...line, text: `[cut here: ${line.stream} has reached the limit of ${this.#maxBytes / 1e6} MB; raise it with --max-log-size]` }
    this.#lines.push(kept)
    this.#timer ??= setTimeout(() => this.#saveNow(), this.#waitMs)
    return kept
  }

  /** Saves all that has come. @throws MillraceError if it could not be written. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#saving
    if (this.#lines.length > 0) await writeLog(this.#store, this.#key, this.#lines)
  }

  #saveNow(): void {
    this.#waitMs = Math.min(this.#waitMs * 1.5, lastWaitMs)
    this.#timer = undefined
    // A failure here is not the last word: close() writes again and reports.
    this.#saving = writeLog(this.#store, this.#key, this.#lines.slice()).catch(() => {})
  }
}
