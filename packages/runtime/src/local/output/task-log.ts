import { encodeLog, logKey } from '@millrace/artifact-store'
import type { LogLine, ObjectStore, TaskSpec } from '@millrace/core-graph'

const firstWaitMs = 1_000
const lastWaitMs = 30_000

/**
 * One attempt's log: kept within `maxBytes` a stream, and saved in parts while the task runs, at first after a second and then at longer and longer intervals,
 * up to half a minute. Each part is whole lines and is put once, so what is moved and held is what was written since. A task that writes nothing has no log object.
 */
export class TaskLog {
  readonly #store: ObjectStore
  readonly #spec: TaskSpec
  readonly #maxBytes: number
  /** What is not saved yet. Encoded, because half a million lines as objects take ten times the memory. */
  #pieces: Uint8Array[] = []
  #segment = 0
  readonly #bytes = { stdout: 0, stderr: 0 }
  #timer: NodeJS.Timeout | undefined
  #waitMs = firstWaitMs
  #saving: Promise<void> = Promise.resolve()

  constructor(store: ObjectStore, spec: TaskSpec, maxBytes: number) {
    this.#store = store
    this.#spec = spec
    this.#maxBytes = maxBytes
  }

  /** Takes lines, and returns those that are kept, with a mark where the limit was reached. */
  add(lines: readonly LogLine[]): readonly LogLine[] {
    const kept = lines.flatMap((line) => this.#keep(line) ?? [])
    if (kept.length > 0) {
      this.#pieces.push(encodeLog(kept))
      this.#timer ??= setTimeout(() => this.#saveNow(), this.#waitMs)
    }
    return kept
  }

  #keep(line: LogLine): LogLine | undefined {
    const before = this.#bytes[line.stream]
    if (before > this.#maxBytes) return undefined
    this.#bytes[line.stream] = before + Buffer.byteLength(line.text) + 1
    if (this.#bytes[line.stream] <= this.#maxBytes) return line
    return { ...line, text: `[cut here: ${line.stream} has reached the limit of ${this.#maxBytes / 1e6} MB; raise it with --max-log-size]` }
  }

  /** Saves all that has come. @throws MillraceError if it could not be written. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#saving
    await this.#save()
  }

  #saveNow(): void {
    this.#waitMs = Math.min(this.#waitMs * 1.5, lastWaitMs)
    this.#timer = undefined
    // A failure here is not the last word: close() writes again and reports.
    this.#saving = this.#saving.then(() => this.#save()).catch(() => {})
  }

  async #save(): Promise<void> {
    if (this.#pieces.length === 0) return
    const pieces = this.#pieces
    this.#pieces = []
    try {
      await this.#store.put(logKey({ ...this.#spec, segment: this.#segment }), Buffer.concat(pieces))
      this.#segment += 1
    } catch (error) {
      // The next part begins with these lines and takes the same number: the failed put may have arrived after all.
      this.#pieces = [...pieces, ...this.#pieces]
      throw error
    }
  }
}
