import { hash } from 'node:crypto'
import type { ObjectStore } from '@millrace/core-graph'
import { blobKey } from '../layout.ts'
import { packBlob } from './blob.ts'
import { isKnownBlob, rememberBlob } from './known-blobs.ts'

/** Where a blob goes. */
export interface BlobPlace {
  readonly store: ObjectStore
  readonly flow: string
}

/** What is known of a blob before it is stored. */
export interface SaveBlobOptions {
  /** Of the payload, where the caller has it already. */
  readonly sha256?: string
  /** Asks the store first whether it has the blob, by one list, and sends it only if not: for what is sent again and again, and is large. */
  readonly ask?: boolean
  readonly signal?: AbortSignal | undefined
}

/** Above this a question costs less than the bytes. */
const worthAsking = 1024 * 1024

/** Stores a payload under its hash, unless this process knows that it is there. One put; with `ask`, a list before it. Returns the hash. */
export async function saveBlob({ store, flow }: BlobPlace, payload: Uint8Array, options: SaveBlobOptions = {}): Promise<string> {
  const { sha256 = hash('sha256', payload), ask = false, signal } = options
  const key = blobKey(flow, sha256)
  if (isKnownBlob(store, key)) return sha256
  const { body, sizeBytes } = await packBlob(payload)
  const isThere = ask && sizeBytes > worthAsking && (await storedSizeBytes(store, key, signal)) === sizeBytes
  // Not `create`: the same bytes may be written over each other, and that heals a blob which a power cut has torn.
  if (!isThere) await store.put(key, body, signal ? { signal } : {})
  rememberBlob(store, key)
  return sha256
}

/** The size of the object at `key`, `undefined` where there is none. One list of a few entries. */
async function storedSizeBytes(store: ObjectStore, key: string, signal: AbortSignal | undefined): Promise<number | undefined> {
  const folder = key.slice(0, key.lastIndexOf('/'))
  for await (const entry of store.list(folder, { startAfter: key.slice(0, -1), ...(signal ? { signal } : {}) })) {
    if (entry.key === key) return entry.sizeBytes
    if (entry.key > key) return undefined
  }
  return undefined
}
