import { TablesError } from '../tables-error.ts'

/** How much of a disk one query may take. */
export class TemporaryBudget {
  readonly #maxBytes: number
  #usedBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get leftBytes(): number {
    return Math.max(0, this.#maxBytes - this.#usedBytes)
  }

  /** @throws TablesError `too-large` before anything is written */
  take(sizeBytes: number, subject: string): void {
    this.#usedBytes += sizeBytes
    if (this.#usedBytes > this.#maxBytes)
      throw this.exceeded(`the files to fetch, up to ${subject}, have ${this.#usedBytes} bytes`, subject)
  }

  exceeded(what: string, subject?: string): TablesError {
    const next = 'Give a scan with fewer columns or a narrower where as the table, or raise maxTemporaryBytes.'
    const message = `Could not run the query within ${this.#maxBytes} bytes of temporary files: ${what}. ${next}`
    return new TablesError('too-large', message, subject === undefined ? {} : { subject })
  }
}
