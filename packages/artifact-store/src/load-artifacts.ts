import type { ArtifactRef, ArtifactTable, ObjectStore } from '@millrace/core-graph'
import { headerBytes } from './blobs/blob.ts'
import { checkedPayload } from './blobs/checked-payload.ts'
import { corruptArtifact, type DecodedArtifact, decodeRoot, inlineRoot } from './codec/decode.ts'
import { chunkBytes } from './codec/document.ts'
import { blobKey } from './layout.ts'
import { windowed } from './windowed.ts'

/** Blobs being checked at once. */
const parallelChecks = 4
/** Large chunks on their way at once: enough to fetch some while one is checked. */
const chunksInFlight = 6
/** Chunks up to here come as all small blobs do. */
const smallChunkBytes = 1024 * 1024

/** Who waits for a blob, and what they do with its payload. */
interface Wanted {
  readonly name: string
  readonly use: (payload: Uint8Array) => void
}

/**
 * Loads the values of refs, in their order, each made anew: no two share an object.
 *
 * All encoded values that are not in their refs come by one `getMany`, then the chunks of buffers and texts: the small ones by another, the large ones a few at a time.
 * Large buffers are allocated once; at most six chunks, 384 MiB, are held beside them.
 *
 * @throws MillraceError `corrupt-artifact` if anything is missing, cut off or altered: never a wrong value.
 */
export async function loadArtifacts(store: ObjectStore, flow: string, refs: ArtifactTable): Promise<Map<string, unknown>> {
  const decoded = new Map<string, DecodedArtifact>()
  const roots = new Map<string, Wanted[]>()
  for (const [name, ref] of Object.entries(refs)) {
    const root = inlineRoot(name, ref)
    if (root) decoded.set(name, decodeRoot(name, root))
    else want(roots, blobKey(flow, ref.sha256), { name, use: (payload) => decoded.set(name, decodeRoot(name, payload)) })
  }
  await fetchBlobs(store, roots)

  const [small, large] = [new Map<string, Wanted[]>(), new Map<string, Wanted[]>()]
  for (const [name, { missing }] of decoded)
    for (const part of missing)
      for (const [index, sha256] of part.chunks.entries()) {
        const key = blobKey(flow, sha256)
        const use = (payload: Uint8Array): void => {
          if (!part.fill(index, payload)) throw corruptArtifact(name, `the blob ${key}`, 'is not as long as it was')
        }
        want(part.mostBytes(index) <= smallChunkBytes ? small : large, key, { name, use })
      }
  await fetchBlobs(store, small)
  await fetchChunks(store, large)

  return new Map(Object.keys(refs).map((name) => [name, decoded.get(name)?.finish()]))
}

/** As {@link loadArtifacts}, for one value. */
export async function loadArtifact(store: ObjectStore, flow: string, name: string, ref: ArtifactRef): Promise<unknown> {
  return (await loadArtifacts(store, flow, Object.fromEntries([[name, ref]]))).get(name)
}

function want(wanted: Map<string, Wanted[]>, key: string, one: Wanted): void {
  const others = wanted.get(key)
  if (others) others.push(one)
  else wanted.set(key, [one])
}

async function fetchBlobs(store: ObjectStore, wanted: ReadonlyMap<string, readonly Wanted[]>): Promise<void> {
  if (wanted.size === 0) return
  const check = ([key, blob]: [string, Uint8Array | undefined]): Promise<void> => checkBlob(store, key, blob, wanted.get(key) ?? [])
  for await (const _ of windowed(store.getMany([...wanted.keys()]), parallelChecks, check));
}

/** As {@link fetchBlobs}, for payloads that are copied when they are used: many are read into the same few arrays. */
async function fetchChunks(store: ObjectStore, wanted: ReadonlyMap<string, readonly Wanted[]>): Promise<void> {
  if (wanted.size <= parallelChecks) return await fetchBlobs(store, wanted)
  const free: Uint8Array[] = []
  const fetch = async ([key, users]: readonly [string, readonly Wanted[]]): Promise<void> => {
    const into = free.pop() ?? new Uint8Array(chunkBytes + headerBytes)
    await checkBlob(store, key, await store.get(key, { into }), users)
    free.push(into)
  }
  for await (const _ of windowed(wanted, chunksInFlight, fetch));
}

async function checkBlob(store: ObjectStore, key: string, blob: Uint8Array | undefined, users: readonly Wanted[]): Promise<void> {
  const payload = await checkedPayload(store, { key, blob, name: users[0]?.name ?? key })
  for (const { use } of users) use(payload)
}
