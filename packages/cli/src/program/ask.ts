import { createInterface } from 'node:readline'

/** Asks on the terminal, or takes the lines of a pipe as the answers. */
export class Asker implements Disposable {
  readonly #lines: AsyncIterator<string>
  readonly #close: () => void

  constructor() {
    const reader = createInterface({ input: process.stdin, terminal: false })
    this.#lines = reader[Symbol.asyncIterator]()
    this.#close = () => reader.close()
  }

  /** The answer without the blanks around it; `''` where there is none, and at the end of the input. */
  async ask(question: string): Promise<string> {
    process.stderr.write(question)
    const { value, done } = await this.#lines.next()
    if (done) process.stderr.write('\n')
    return done ? '' : value.trim()
  }

  [Symbol.dispose](): void {
    this.#close()
  }
}
