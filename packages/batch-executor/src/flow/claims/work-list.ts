import type { ObjectStore } from '@millrace/core-graph'
import type { WorkerAddress } from '../job-keys.ts'
import { sliceOf } from '../manifest/slices.ts'
import { Claims, type Orphan } from './claims.ts'
import { SliceClaims } from './slice-claims.ts'

/** What a worker is to do next. */
export interface Taken {
  readonly index: number
  /** Above 0: another worker began it and died. */
  readonly generation: number
}

/** How many workers share how many tasks. */
export interface WorkShare {
  readonly workers: number
  readonly count: number
}

/**
 * The tasks that a worker takes on: those of its slice from the front, then what others have left, from the end of their slices, then what dead workers had begun.
 * Costs one put for each time that it takes some; when the slice is done one listing, and one get for each slice that is not done then.
 */
export class WorkList {
  readonly #store: ObjectStore
  readonly #me: WorkerAddress
  readonly #share: WorkShare
  readonly #claims: Claims
  readonly #own: SliceClaims
  /** Slices in which there may be something left. */
  #others: SliceClaims[] | undefined
  /** Looked for once, when nothing else is left. */
  #orphans: Orphan[] | undefined

  constructor(store: ObjectStore, me: WorkerAddress, share: WorkShare) {
    this.#store = store
    this.#me = me
    this.#share = share
    this.#claims = new Claims(store, me)
    this.#own = new SliceClaims(store, me, { slice: me.worker, range: sliceOf(me.worker, share), isShared: share.workers > 1 })
  }

  /** Takes up to `most` tasks; an empty list says that nothing is left. */
  async take(most: number): Promise<readonly Taken[]> {
    const mine = this.#others ? [] : await this.#own.take('front', most)
    const indices = mine.length > 0 ? mine : await this.#takeOthers(most)
    return indices.length > 0 ? indices.map((index) => ({ index, generation: 0 })) : await this.#takeOrphan()
  }

  async #takeOthers(most: number): Promise<readonly number[]> {
    this.#others ??= await this.#openOthers()
    for (let next = this.#others[0]; next; next = this.#others[0]) {
      const taken = await next.take('back', most)
      if (taken.length > 0) return taken
      this.#others.shift()
    }
    return []
  }

  /** From the next worker's slice on, so that those who have nothing to do spread. */
  async #openOthers(): Promise<SliceClaims[]> {
    const { workers } = this.#share
    if (workers === 1) return []
    const known = await this.#claims.slices()
    return Array.from({ length: workers - 1 }, (_, step) => (this.#me.worker + 1 + step) % workers).flatMap((slice) => {
      const { claims, done } = known.get(slice) ?? { claims: 0, done: false }
      return done ? [] : new SliceClaims(this.#store, this.#me, { slice, range: sliceOf(slice, this.#share), claims })
    })
  }

  async #takeOrphan(): Promise<readonly Taken[]> {
    // Where there is one worker, it alone may have died: before this attempt of it.
    const isAlone = this.#share.workers === 1 && this.#me.incarnation === 1
    this.#orphans ??= isAlone ? [] : [...(await this.#claims.orphaned())]
    for (let orphan = this.#orphans.shift(); orphan; orphan = this.#orphans.shift()) {
      if (await this.#claims.retake(orphan)) return [{ index: orphan.index, generation: orphan.generation + 1 }]
    }
    return []
  }
}
