const newline = 0x0a
const carriageReturn = 0x0d

/** Who is told what. */
export interface OutputSplitterOptions {
  /** Whole lines that came together, without their newlines. Decoded as UTF-8, wrong bytes replaced. */
  readonly onLines: (texts: readonly string[]) => void
  /** The end of the present task's output has come. */
  readonly onFence: () => void
  /** A line longer than this is handed on in pieces. Default 1 MiB. */
  readonly maxLineBytes?: number
}

/**
 * Cuts what a worker writes to one stream into lines and, at the fences, into tasks: exactly, whatever the chunks.
 * A fence is a text that no task can know beforehand; it may follow a line that has no newline yet.
 */
export class OutputSplitter {
  readonly #options: Required<OutputSplitterOptions>
  #fence: Buffer | undefined
  #pending: Buffer = Buffer.alloc(0)
  #lines: string[] = []

  constructor(options: OutputSplitterOptions) {
    this.#options = { maxLineBytes: 1 << 20, ...options }
  }

  /** From here on `fence` ends the present task's output. */
  expect(fence: string): void {
    this.#fence = Buffer.from(fence)
  }

  push(chunk: Buffer): void {
    let data = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk
    while (this.#fence) {
      const at = data.indexOf(this.#fence)
      if (at < 0) break
      const { length } = this.#fence
      this.#fence = undefined
      this.#cut(data.subarray(0, at), true)
      data = data.subarray(at + length)
      this.#handOn()
      this.#options.onFence()
    }
    this.#pending = this.#cut(data, false)
    this.#handOn()
  }

  /** The stream has ended: what is left is a line too. */
  end(): void {
    this.#cut(this.#pending, true)
    this.#pending = Buffer.alloc(0)
    this.#handOn()
  }

  #handOn(): void {
    const lines = this.#lines
    this.#lines = []
    if (lines.length > 0) this.#options.onLines(lines)
  }

  /** Cuts lines off, and returns what is left; none if `complete`. */
  #cut(data: Buffer, complete: boolean): Buffer {
    let start = 0
    for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, start)) {
      this.#emit(data.subarray(start, end > start && data[end - 1] === carriageReturn ? end - 1 : end))
      start = end + 1
    }
    let rest = data.subarray(start)
    // What may be the beginning of a fence stays whole.
    const keep = this.#fence?.length ?? 0
    while (!complete && rest.length > this.#options.maxLineBytes + keep) {
      this.#emit(rest.subarray(0, this.#options.maxLineBytes))
      rest = rest.subarray(this.#options.maxLineBytes)
    }
    if (!complete) return Buffer.from(rest)
    if (rest.length > 0) this.#emit(rest)
    return Buffer.alloc(0)
  }

  #emit(line: Buffer): void {
    this.#lines.push(line.toString('utf8'))
  }
}
