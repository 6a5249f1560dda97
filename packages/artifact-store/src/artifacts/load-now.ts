import type { ArtifactRef, ObjectStore } from '@millrace/core-graph'
import { checkedPayload } from '../blobs/checked-payload.ts'
import { corruptArtifact, decodeRoot, inlineRoot } from '../codec/decode.ts'
import { blobKey } from '../layout.ts'

/** Brings the payloads of blobs, in order, and blocks until they are there; see {@link readPayloads}. */
export type ReadPayloadsNow = (hashes: readonly string[]) => readonly Uint8Array[]

/**
 * Loads one value without giving up control, for code that cannot wait for a promise.
 *
 * @throws MillraceError `corrupt-artifact` if anything is cut off or altered, and whatever `read` throws.
 */
export function loadArtifactNow(name: string, ref: ArtifactRef, read: ReadPayloadsNow): unknown {
  const root = inlineRoot(name, ref) ?? read([ref.sha256])[0]
  if (!root) throw corruptArtifact(name, `the blob ${ref.sha256}`, 'is missing')
  const { missing, finish } = decodeRoot(name, root)
  for (const part of missing) {
    for (const [index, sha256] of part.chunks.entries()) {
      const [payload] = read([sha256])
      if (!payload || !part.fill(index, payload)) throw corruptArtifact(name, `the blob ${sha256}`, 'is not as long as it was')
    }
  }
  return finish()
}

/** The payloads of blobs, in the order of their hashes, checked. @throws MillraceError `corrupt-artifact` for the first that is missing or altered. */
export async function readPayloads(store: ObjectStore, flow: string, name: string, hashes: readonly string[]): Promise<Uint8Array[]> {
  const keys = hashes.map((sha256) => blobKey(flow, sha256))
  const payloads = new Map<string, Uint8Array>()
  for await (const [key, blob] of store.getMany(keys)) {
    payloads.set(key, await checkedPayload(store, { key, blob, name }))
  }
  return keys.flatMap((key) => payloads.get(key) ?? [])
}
