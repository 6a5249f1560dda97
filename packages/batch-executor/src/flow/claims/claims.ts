import type { ObjectStore } from '@millrace/core-graph'
import {
  claimKey,
  claimsPrefix,
  type JobAddress,
  parseClaimKey,
  parseRetakenKey,
  parseWorkerKey,
  retakenKey,
  retakenPrefix,
  type WorkerAddress,
  workerKey,
  workerName,
  workersPrefix,
} from '../job-keys.ts'
import { type Owner, parseClaim } from './slice-claims.ts'

/** A worker that has given no sign of life for this long, by the datastore's clock, is dead. */
const deadAfterMs = 60_000

/** A task whose worker has died, and how often it had been taken over before. */
export interface Orphan {
  readonly index: number
  readonly generation: number
}

/** What a listing says of a slice's claims. */
export interface ClaimedSlice {
  readonly claims: number
  /** Nothing of it is left. */
  readonly done: boolean
}

/** All that the workers of a job have claimed. */
export class Claims {
  readonly #store: ObjectStore
  readonly #me: WorkerAddress

  constructor(store: ObjectStore, me: WorkerAddress) {
    this.#store = store
    this.#me = me
  }

  /** The slices of which something is claimed. One listing: a request for each thousand claims. */
  async slices(): Promise<ReadonlyMap<number, ClaimedSlice>> {
    const slices = new Map<number, ClaimedSlice>()
    for await (const { key } of this.#store.list(claimsPrefix(this.#me))) {
      const claim = parseClaimKey(key)
      if (!claim) continue
      const { claims, done } = slices.get(claim.slice) ?? { claims: 0, done: false }
      const { number } = claim
      slices.set(claim.slice, number === undefined ? { claims, done: true } : { claims: Math.max(claims, number + 1), done })
    }
    return slices
  }

  /**
   * The tasks, in order, whose worker is dead: an earlier incarnation of this very worker, or a worker that was silent for a minute. One get for each claim, and none at all where every
   * worker has ended by itself or lives.
   */
  async orphaned(): Promise<readonly Orphan[]> {
    const dead = await deadWorkers(this.#store, this.#me)
    const { incarnation } = this.#me
    if (dead.size === 0 && incarnation === 1) return []
    const me = workerName(this.#me)
    const isDead = (owner: Owner): boolean => {
      const name = workerName(owner)
      return name === me ? owner.incarnation < incarnation : dead.has(name)
    }
    const latest = new Map<number, Orphan & { readonly owner: Owner }>()
    const claimed = [...(await this.slices())].flatMap(([slice, { claims }]) =>
      Array.from({ length: claims }, (_, number) => claimKey(this.#me, slice, number)),
    )
    for await (const [, body] of this.#store.getMany(claimed)) {
      const claim = body && parseClaim(body)
      if (claim) for (let index = claim.from; index < claim.to; index += 1) latest.set(index, { index, generation: 0, owner: claim })
    }
    for await (const { index, generation, owner } of this.#retaken())
      if (generation > (latest.get(index)?.generation ?? 0)) latest.set(index, { index, generation, owner })
    return [...latest.values()]
      .filter(({ owner }) => isDead(owner))
      .map(({ index, generation }) => ({ index, generation }))
      .sort((left, right) => left.index - right.index)
  }

  /** Takes over a task whose worker has died. `false` where another was faster. One put. */
  async retake({ index, generation }: Orphan): Promise<boolean> {
    const { worker, submission, incarnation } = this.#me
    const owner: Owner = { worker, submission, incarnation }
    return this.#store.put(retakenKey(this.#me, index, generation + 1), Buffer.from(JSON.stringify(owner)), { mode: 'create' })
  }

  async *#retaken(): AsyncGenerator<Orphan & { readonly owner: Owner }, void, undefined> {
    const keys = new Map<string, Orphan>()
    for await (const { key } of this.#store.list(retakenPrefix(this.#me))) {
      const retaken = parseRetakenKey(key)
      if (retaken) keys.set(key, retaken)
    }
    for await (const [key, body] of this.#store.getMany([...keys.keys()])) {
      const retaken = keys.get(key)
      if (retaken && body) yield { ...retaken, owner: JSON.parse(Buffer.from(body).toString('utf8')) }
    }
  }
}

/** The workers whose sign of life has gone stale. The latest one of all tells what time it is in the datastore: no two clocks are compared. */
async function deadWorkers(store: ObjectStore, me: WorkerAddress): Promise<ReadonlySet<string>> {
  const seen = await signsOfLife(store, me)
  const isTimeKnown = seen.size === 0 || seen.has(workerName(me))
  if (!isTimeKnown) {
    await store.put(workerKey(me), Buffer.from('{}'))
    for (const [worker, at] of await signsOfLife(store, me)) seen.set(worker, at)
    await store.delete([workerKey(me)])
  }
  const now = Math.max(...seen.values())
  return new Set([...seen].flatMap(([worker, at]) => (now - at > deadAfterMs ? [worker] : [])))
}

/** When each worker was last heard of, in milliseconds of the datastore's clock. */
async function signsOfLife(store: ObjectStore, job: JobAddress): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  for await (const { key, modifiedAt } of store.list(workersPrefix(job))) {
    const worker = parseWorkerKey(key)
    if (worker !== undefined && modifiedAt) seen.set(worker, modifiedAt.getTime())
  }
  return seen
}
