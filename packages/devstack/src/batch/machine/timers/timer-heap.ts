/** A time and the job it is for. */
export interface TimerEntry {
  readonly at: number
  readonly jobId: string
}

interface Entry extends TimerEntry {
  readonly order: number
}

/** Times in order, the earliest first; of equal ones the one that was added first. Adding and taking cost the logarithm of the number. */
export class TimerHeap {
  readonly #entries: Entry[] = []
  #order = 0

  get first(): TimerEntry | undefined {
    return this.#entries[0]
  }

  add({ at, jobId }: TimerEntry): void {
    this.#order += 1
    const entry: Entry = { at, jobId, order: this.#order }
    let place = this.#entries.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#entries[above]
      if (!parent || isBefore(parent, entry)) break
      this.#entries[place] = parent
      place = above
    }
    this.#entries[place] = entry
  }

  /** Takes the first one out. */
  take(): void {
    const last = this.#entries.pop()
    if (!last || this.#entries.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const right = left + 1
      const [a, b] = [this.#entries[left], this.#entries[right]]
      const [below, entry] = a && b && isBefore(b, a) ? [right, b] : [left, a]
      if (!entry || isBefore(last, entry)) break
      this.#entries[place] = entry
      place = below
    }
    this.#entries[place] = last
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
