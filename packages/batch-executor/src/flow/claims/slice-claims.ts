import type { ObjectStore } from '@millrace/core-graph'
import { claimKey, sliceDoneKey, type WorkerAddress } from '../job-keys.ts'

/** Who has claimed something. */
export type Owner = Pick<WorkerAddress, 'worker' | 'submission' | 'incarnation'>

/** One claim of a slice: the tasks from `from` to before `to` are its owner's. What is left of the slice after it is from `front` to before `back`. */
export interface Claim extends Owner {
  readonly from: number
  readonly to: number
  readonly front: number
  readonly back: number
}

/** Reads a claim. */
export const parseClaim = (body: Uint8Array): Claim => JSON.parse(Buffer.from(body).toString('utf8'))

/** A slice, and what is known of its claims. */
export interface SliceClaimsOptions {
  readonly slice: number
  /** Its tasks: half-open. */
  readonly range: readonly [start: number, end: number]
  /** How many claims there are, as far as is known. Default 0. */
  readonly claims?: number
  /** Whether others look for what is left of it. Default `true`. */
  readonly isShared?: boolean
}

/**
 * The claims of one slice: numbered objects, each put only where none is yet, and each with what it leaves. So of any number of workers that claim at the same instant exactly one
 * has the next number, and one put takes as many tasks as are wanted; who was too late reads that claim and goes on from it.
 */
export class SliceClaims {
  readonly #store: ObjectStore
  readonly #me: WorkerAddress
  readonly #slice: number
  readonly #isShared: boolean
  /** Claims whose content is known; the last of those that are there by a listing is read first. */
  #count: number
  #isRead: boolean
  #front: number
  #back: number

  constructor(store: ObjectStore, me: WorkerAddress, { slice, range, claims = 0, isShared = true }: SliceClaimsOptions) {
    this.#store = store
    this.#me = me
    this.#slice = slice
    this.#isShared = isShared
    this.#count = claims
    this.#isRead = claims === 0
    ;[this.#front, this.#back] = range
  }

  /**
   * Takes up to `most` tasks from the front or the back of what is left, and never more than half of it, so that the end of a slice is shared. An empty list says that nothing is left.
   * One put, and one more with a get for each claim that another has made in between.
   */
  async take(side: 'front' | 'back', most: number): Promise<readonly number[]> {
    if (!this.#isRead) await this.#read(this.#count - 1)
    while (this.#front < this.#back) {
      const size = Math.min(most, Math.ceil((this.#back - this.#front) / 2))
      const [from, to] = side === 'front' ? [this.#front, this.#front + size] : [this.#back - size, this.#back]
      const { worker, submission, incarnation } = this.#me
      const left = side === 'front' ? { front: to, back: this.#back } : { front: this.#front, back: from }
      const claim: Claim = { worker, submission, incarnation, from, to, ...left }
      const isMine = await this.#store.put(claimKey(this.#me, this.#slice, this.#count), Buffer.from(JSON.stringify(claim)), {
        mode: 'create',
      })
      if (isMine) {
        this.#goOn(claim)
        // Whoever looks for work later need not read this slice's claims.
        if (claim.front === claim.back && this.#isShared) await this.#store.put(sliceDoneKey(this.#me, this.#slice), Buffer.from('{}'))
        return Array.from({ length: size }, (_, offset) => from + offset)
      }
      await this.#read(this.#count)
    }
    return []
  }

  async #read(number: number): Promise<void> {
    const body = await this.#store.get(claimKey(this.#me, this.#slice, number))
    this.#count = number
    // A claim that is gone was removed with its run: nothing is left to do.
    this.#goOn(body ? parseClaim(body) : { front: this.#back, back: this.#back })
  }

  #goOn({ front, back }: Pick<Claim, 'front' | 'back'>): void {
    this.#count += 1
    this.#isRead = true
    this.#front = front
    this.#back = back
  }
}
