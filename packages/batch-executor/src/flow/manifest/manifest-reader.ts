import type { ObjectStore, TaskSpec } from '@millrace/core-graph'
import { manifestKey, type WorkerAddress } from '../job-keys.ts'
import { type ManifestHead, manifestRange, parseManifestHead, parseManifestTasks } from './manifest.ts'
import { sliceOf } from './slices.ts'

/** A manifest up to this size is read whole, by one get. */
const wholeBytes = 1 << 20

/** What a worker is told of its job's manifest. */
export interface ManifestPlace {
  readonly sizeBytes: number
  readonly headBytes: number
  readonly workers: number
}

/** Reads the tasks of a manifest: one get where it is small; else one for the head, one for the worker's slice, and one for each task outside it. */
export class ManifestReader {
  readonly head: ManifestHead
  readonly #store: ObjectStore
  readonly #me: WorkerAddress
  readonly #headBytes: number
  readonly #own: readonly TaskSpec[]
  readonly #ownStart: number

  private constructor(
    { store, me, headBytes }: { readonly store: ObjectStore; readonly me: WorkerAddress; readonly headBytes: number },
    { head, own, ownStart }: { readonly head: ManifestHead; readonly own: readonly TaskSpec[]; readonly ownStart: number },
  ) {
    this.#store = store
    this.#me = me
    this.#headBytes = headBytes
    this.head = head
    this.#own = own
    this.#ownStart = ownStart
  }

  /** Opens a manifest, or gives `undefined` where it is gone: then its run has ended. */
  static async open(
    store: ObjectStore,
    me: WorkerAddress,
    { sizeBytes, headBytes, workers }: ManifestPlace,
  ): Promise<ManifestReader | undefined> {
    const place = { store, me, headBytes }
    const key = manifestKey(me)
    if (sizeBytes <= wholeBytes) {
      const body = await store.get(key)
      if (!body) return undefined
      const head = parseManifestHead(body.subarray(0, headBytes))
      return new ManifestReader(place, { head, own: parseManifestTasks(head, body.subarray(headBytes)), ownStart: 0 })
    }
    const headBody = await store.get(key, { range: [0, headBytes] })
    if (!headBody) return undefined
    const head = parseManifestHead(headBody)
    const slice = sliceOf(me.worker, { workers, count: head.lengths.length })
    const body = await store.get(key, { range: manifestRange(head, headBytes, slice) })
    return body && new ManifestReader(place, { head, own: parseManifestTasks(head, body), ownStart: slice[0] })
  }

  get count(): number {
    return this.head.lengths.length
  }

  /** The task at `index`, or `undefined` where the manifest is gone. */
  async task(index: number): Promise<TaskSpec | undefined> {
    const known = this.#own[index - this.#ownStart]
    if (known) return known
    const body = await this.#store.get(manifestKey(this.#me), { range: manifestRange(this.head, this.#headBytes, [index, index + 1]) })
    return body && parseManifestTasks(this.head, body)[0]
  }
}
