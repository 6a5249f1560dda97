import type { ObjectStore } from '@millrace/core-graph'
import {
  claimKey,
  claimsPrefix,
  type JobAddress,
  parseClaimKey,
  parseWorkerKey,
  type WorkerAddress,
  workerName,
  workersPrefix,
} from './job-keys.ts'

/** A worker that has given no sign of life for this long, by the datastore's clock, is dead. */
const deadAfterMs = 60_000

/** Who has claimed a task. */
type Owner = Pick<WorkerAddress, 'worker' | 'submission' | 'incarnation'>

/** A claim as it stands. */
export interface Claim extends Owner {
  readonly index: number
  readonly generation: number
}

/**
 * Who runs which task of a job, decided by create-only puts: of any number of workers that claim a task at the same instant exactly one has it.
 * A worker that gets none has nothing to do, so that a job which was submitted twice does no harm.
 */
export class Claims {
  readonly #store: ObjectStore
  readonly #me: WorkerAddress

  constructor(store: ObjectStore, me: WorkerAddress) {
    this.#store = store
    this.#me = me
  }

  /** Claims a task that nobody has, or, with a `generation` above 0, one whose worker has died. `false` where another was faster. One put. */
  async take(index: number, generation = 0): Promise<boolean> {
    const { worker, submission, incarnation } = this.#me
    const owner: Owner = { worker, submission, incarnation }
    return this.#store.put(claimKey(this.#me, index, generation), Buffer.from(JSON.stringify(owner)), { mode: 'create' })
  }

  /** The latest generation of each task's claim, by the task's index. One listing: a request for each thousand. */
  async taken(): Promise<ReadonlyMap<number, number>> {
    const latest = new Map<number, number>()
    for await (const { key } of this.#store.list(claimsPrefix(this.#me))) {
      const claim = parseClaimKey(key)
      if (claim) latest.set(claim.index, Math.max(claim.generation, latest.get(claim.index) ?? 0))
    }
    return latest
  }

  /**
   * The claims among `taken` whose owner is dead: an earlier incarnation of this very worker, or a worker that was silent for a minute. One get for each that is looked at,
   * and none at all where every worker has ended by itself or lives.
   */
  async orphaned(taken: ReadonlyMap<number, number>): Promise<readonly Claim[]> {
    const dead = await deadWorkers(this.#store, this.#me)
    const { incarnation } = this.#me
    if (dead.size === 0 && incarnation === 1) return []
    const me = workerName(this.#me)
    const isDead = (owner: Owner): boolean => {
      const name = workerName(owner)
      return name === me ? owner.incarnation < incarnation : dead.has(name)
    }
    const keys = new Map([...taken].map(([index, generation]) => [claimKey(this.#me, index, generation), { index, generation }]))
    const orphaned: Claim[] = []
    for await (const [key, body] of this.#store.getMany([...keys.keys()])) {
      const claim = keys.get(key)
      const owner = body && (JSON.parse(Buffer.from(body).toString('utf8')) as Owner)
      if (claim && owner && isDead(owner)) orphaned.push({ ...claim, ...owner })
    }
    return orphaned.sort((left, right) => left.index - right.index)
  }
}

/** The workers whose sign of life has gone stale. The latest one of all tells what time it is in the datastore: no two clocks are compared. */
async function deadWorkers(store: ObjectStore, job: JobAddress): Promise<ReadonlySet<string>> {
  const seen = new Map<string, number>()
  for await (const { key, modifiedAt } of store.list(workersPrefix(job))) {
    const worker = parseWorkerKey(key)
    if (worker !== undefined && modifiedAt) seen.set(worker, modifiedAt.getTime())
  }
  const now = Math.max(...seen.values())
  return new Set([...seen].flatMap(([worker, at]) => (now - at > deadAfterMs ? [worker] : [])))
}
