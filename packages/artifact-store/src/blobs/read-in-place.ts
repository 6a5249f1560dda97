import type { ObjectStore } from '@millrace/core-graph'
import { keepBlob } from '../cache/cached-store.ts'
import { headerBytes, unpackParts } from './blob.ts'
import { rememberBlob } from './known-blobs.ts'

/**
 * Reads a blob so that its payload lands in `target` and nowhere else on its way, where the store can and the payload is not compressed. Two gets, at once.
 *
 * Returns `false` where the blob is missing or not right, or its payload is not as long as `target`, in which anything may then be.
 */
export async function readInPlace(store: ObjectStore, key: string, target: Uint8Array): Promise<boolean> {
  const [head, body] = await Promise.all([
    store.get(key, { range: [0, headerBytes] }),
    store.get(key, { range: [headerBytes, headerBytes + target.length], into: target }),
  ])
  if (!head || !body) return false
  const payload = await unpackParts(head, body, key.slice(-64)).catch(() => undefined)
  if (payload?.length !== target.length) return false
  await keepBlob(store, key, [head, body])
  if (payload.buffer !== target.buffer) target.set(payload)
  rememberBlob(store, key)
  return true
}
