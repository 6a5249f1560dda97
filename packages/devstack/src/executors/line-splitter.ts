import { StringDecoder } from 'node:string_decoder'

/** A line may be so long; what is longer comes in pieces, as with Docker's driver for CloudWatch Logs. */
const maxLength = 131_072

/** Cuts a stream of bytes into lines of text. */
export class LineSplitter {
  readonly #onLine: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  write(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#emit(line)
    while (this.#rest.length > maxLength) {
      this.#onLine(this.#rest.slice(0, maxLength))
      this.#rest = this.#rest.slice(maxLength)
    }
  }

  /** The last line need not end. */
  end(): void {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (rest !== '') this.#emit(rest)
  }

  #emit(line: string): void {
    for (let at = 0; at === 0 || at < line.length; at += maxLength) this.#onLine(line.slice(at, at + maxLength))
  }
}
