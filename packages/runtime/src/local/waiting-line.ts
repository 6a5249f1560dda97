const compactAbove = 1_024

/** First in, first out; what has gone out is let go of, and each operation takes constant time on average. */
export class WaitingLine<T> {
  #items: T[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(items: Iterable<T>): void {
    for (const item of items) this.#items.push(item)
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head]
    this.#head += 1
    if (this.#head === this.#items.length || (this.#head > compactAbove && this.#head * 2 > this.#items.length)) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Takes out those that fulfil `test`, in order. */
  remove(test: (item: T) => boolean): readonly T[] {
    const { in: removed = [], out: kept = [] } = Object.groupBy(this.#items.slice(this.#head), (item) => (test(item) ? 'in' : 'out'))
    this.#items = kept
    this.#head = 0
    return removed
  }
}
