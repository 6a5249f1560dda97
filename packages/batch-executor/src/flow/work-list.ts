import type { Claims } from './claims.ts'
import { othersTasks, sliceOf } from './slices.ts'

/** What a worker is to do next. */
export interface Taken {
  readonly index: number
  /** Above 0: another worker began it and died. */
  readonly generation: number
}

/** How many workers share how many tasks. */
export interface WorkShare {
  readonly worker: number
  readonly workers: number
  readonly count: number
}

/** After so many refusals in a row a new listing is cheaper than to go on asking. */
const patience = 3

/**
 * The tasks that a worker takes on, one claim each: those of its slice from the front, then what others have left, from the end of their slices, then what dead workers had begun.
 * Costs one put for each task; one listing when the slice is done and one for each three tasks that another took in between.
 */
export class WorkList {
  readonly #claims: Claims
  readonly #share: WorkShare
  #slice: Iterator<number>
  #others: Iterator<number> | undefined
  #taken: ReadonlyMap<number, number> = new Map()
  #refused = 0
  /** Claims of the dead, looked for once when nothing else is left. */
  #orphans: Taken[] | undefined

  constructor(claims: Claims, share: WorkShare) {
    this.#claims = claims
    this.#share = share
    const [start, end] = sliceOf(share.worker, share)
    this.#slice = range(start, end)
  }

  /** Takes up to `most` tasks; an empty list says that nothing is left. */
  async take(most: number): Promise<readonly Taken[]> {
    const mine = await this.#takeFrom(this.#slice, most)
    if (mine.length > 0) return mine
    const others = await this.#takeOthers()
    return others.length > 0 ? others : await this.#takeOrphan()
  }

  /** Tries as many at once as are wanted; where others were faster, the next ones. */
  async #takeFrom(indices: Iterator<number>, most: number): Promise<readonly Taken[]> {
    while (true) {
      const wanted: number[] = []
      for (let next = indices.next(); !next.done; next = indices.next()) {
        if (wanted.push(next.value) === most) break
      }
      if (wanted.length === 0) return []
      const won = await Promise.all(wanted.map((index) => this.#claims.take(index)))
      const taken = wanted.filter((_, position) => won[position]).map((index) => ({ index, generation: 0 }))
      if (taken.length > 0) return taken
    }
  }

  /** One at a time: what is left is shared by all who have nothing to do. */
  async #takeOthers(): Promise<readonly Taken[]> {
    while (true) {
      if (!this.#others || this.#refused === patience) {
        this.#refused = 0
        this.#taken = await this.#claims.taken()
        this.#others = this.#left()
      }
      const next = this.#others.next()
      if (next.done) return []
      if (await this.#claims.take(next.value)) {
        this.#refused = 0
        return [{ index: next.value, generation: 0 }]
      }
      this.#refused += 1
    }
  }

  async #takeOrphan(): Promise<readonly Taken[]> {
    this.#orphans ??= (await this.#claims.orphaned(this.#taken)).map(({ index, generation }) => ({ index, generation: generation + 1 }))
    for (let orphan = this.#orphans.shift(); orphan; orphan = this.#orphans.shift()) {
      if (await this.#claims.take(orphan.index, orphan.generation)) return [orphan]
    }
    return []
  }

  *#left(): Generator<number> {
    const { worker } = this.#share
    for (const index of othersTasks(worker, this.#share)) if (!this.#taken.has(index)) yield index
  }
}

function* range(start: number, end: number): Generator<number> {
  for (let index = start; index < end; index += 1) yield index
}
