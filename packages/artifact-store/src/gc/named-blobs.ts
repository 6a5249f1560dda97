import type { ArtifactRef, ObjectStore, RunRecord, TaskRecord } from '@millrace/core-graph'
import { loadArtifact } from '../artifacts/load-artifacts.ts'
import { checkedPayload } from '../blobs/checked-payload.ts'
import { chunkNames } from '../codec/chunk-names.ts'
import { inlineRoot } from '../codec/decode.ts'
import { blobKey } from '../layout.ts'
import { listTasks } from '../records/task-records.ts'

/** Gathers the hashes of all blobs that a flow's runs name: from their records, from the encoded bytes that name chunks, and from lists of foreach items. */
export class NamedBlobs {
  readonly #store: ObjectStore
  readonly #flow: string
  readonly #hashes = new Set<string>()
  /** Refs that were looked into: the same one is passed from task to task. */
  readonly #seen = new Set<string>()

  constructor(store: ObjectStore, flow: string) {
    this.#store = store
    this.#flow = flow
  }

  has(sha256: string): boolean {
    return this.#hashes.has(sha256)
  }

  /** Adds all that a run names. One listing, a get for each attempt, and one for each encoded value that names others. */
  async addRun(run: RunRecord): Promise<void> {
    for (const ref of Object.values(run.parameters)) await this.#add(ref)
    for (const task of await listTasks(this.#store, this.#flow, run.run)) await this.#addTask(task)
  }

  async #addTask({ artifacts, frames, transition }: TaskRecord): Promise<void> {
    for (const ref of Object.values(artifacts)) await this.#add(ref)
    for (const { item } of frames) if (item) await this.#add(item)
    if (transition?.kind !== 'foreach' || this.#seen.has(`items ${transition.items.sha256}`)) return
    this.#seen.add(`items ${transition.items.sha256}`)
    await this.#add(transition.items)
    const items = await this.#attempt(() => loadArtifact(this.#store, this.#flow, 'foreach items', transition.items))
    for (const { ref } of (items ?? []) as readonly { readonly ref: ArtifactRef }[]) await this.#add(ref)
  }

  async #add(ref: ArtifactRef): Promise<void> {
    if (this.#seen.has(ref.sha256)) return
    this.#seen.add(ref.sha256)
    if (ref.inline === undefined) this.#hashes.add(ref.sha256)
    if (!ref.chunked) return
    const names = await this.#attempt(async () => chunkNames(inlineRoot('a value', ref) ?? (await this.#root(ref.sha256))))
    for (const name of names ?? []) this.#hashes.add(name)
  }

  async #root(sha256: string): Promise<Uint8Array> {
    const key = blobKey(this.#flow, sha256)
    return await checkedPayload(this.#store, { key, blob: await this.#store.get(key), name: 'a value' })
  }

  /** What cannot be read names nothing that could be read through it; a store that cannot be asked is another matter. */
  async #attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work()
    } catch (error) {
      if ((error as { code?: unknown }).code === 'corrupt-artifact') return undefined
      throw error
    }
  }
}
