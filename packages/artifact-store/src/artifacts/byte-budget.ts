/** How much may go on at once. */
export interface ByteBudgetOptions {
  /** The most bytes that work in progress may hold together; a piece of work above it goes alone. */
  readonly maxBytes: number
  /** The most pieces of work at once. */
  readonly maxCount: number
}

/** Bounds what goes on at once by bytes and by number: many small things or a few large ones. First come, first served. */
export class ByteBudget {
  readonly #options: ByteBudgetOptions
  readonly #waiting: { readonly sizeBytes: number; readonly start: () => void }[] = []
  #bytes = 0
  #count = 0

  constructor(options: ByteBudgetOptions) {
    this.#options = options
  }

  /** Settles when `sizeBytes` may be held, with what gives them back; call it once. */
  async take(sizeBytes: number): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(sizeBytes))
      await new Promise<void>((start) => {
        this.#waiting.push({ sizeBytes, start })
      })
    else this.#add(sizeBytes)
    return () => this.#giveBack(sizeBytes)
  }

  /** Does `work` when `sizeBytes` may be held, and gives them back when it has settled. */
  async run<Result>(sizeBytes: number, work: () => Promise<Result>): Promise<Result> {
    const giveBack = await this.take(sizeBytes)
    try {
      return await work()
    } finally {
      giveBack()
    }
  }

  #fits(sizeBytes: number): boolean {
    return this.#count === 0 || (this.#count < this.#options.maxCount && this.#bytes + sizeBytes <= this.#options.maxBytes)
  }

  #add(sizeBytes: number): void {
    this.#count += 1
    this.#bytes += sizeBytes
  }

  #giveBack(sizeBytes: number): void {
    this.#count -= 1
    this.#bytes -= sizeBytes
    for (let next = this.#waiting[0]; next && this.#fits(next.sizeBytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#add(next.sizeBytes)
      next.start()
    }
  }
}
