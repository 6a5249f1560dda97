import type { LogEvent, LogStreamFile } from './log-stream-file.ts'

/** Appends the lines of one container to its stream, some time after they came. */
export class LogWriter {
  readonly #file: LogStreamFile
  readonly #now: () => number
  readonly #delayMs: number
  #waiting: Omit<LogEvent, 'ingestionTime'>[] = []
  #timer: NodeJS.Timeout | undefined
  #onDone: (() => void) | undefined

  /** `delayMs`: 0 for the end of the turn. */
  constructor(file: LogStreamFile, { now, delayMs }: { readonly now: () => number; readonly delayMs: number }) {
    this.#file = file
    this.#now = now
    this.#delayMs = delayMs
  }

  write(message: string): void {
    // CloudWatch Logs takes no event without a message.
    if (message !== '') this.#waiting.push({ timestamp: this.#now(), message })
    this.#timer ??= setTimeout(() => this.flush(), this.#delayMs)
  }

  /** No more lines will come. What has waited is in the file at once, or after the delay; then `onDone` is called. */
  end(onDone: () => void): void {
    this.#onDone = onDone
    if (this.#delayMs === 0 || this.#timer === undefined) this.flush()
  }

  /** Writes what has waited now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const ingestionTime = this.#now()
    if (this.#waiting.length > 0) this.#file.append(this.#waiting.map((event) => ({ ...event, ingestionTime })))
    this.#waiting = []
    if (!this.#onDone) return
    this.#file.close()
    this.#onDone()
  }
}
