import type { ArtifactRef, ArtifactTable, ObjectStore } from '@millrace/core-graph'
import { checkedPayload } from '../blobs/checked-payload.ts'
import { readInPlace } from '../blobs/read-in-place.ts'
import { corruptArtifact, type DecodedArtifact, decodeRoot, inlineRoot } from '../codec/decode.ts'
import { blobKey } from '../layout.ts'
import { windowed } from '../windowed.ts'

/** Blobs being checked at once. */
const parallelChecks = 4
/** Large chunks on their way at once: enough to fetch some while one is checked. */
const chunksInFlight = 6
/** Chunks up to here come as all small blobs do. */
const smallChunkBytes = 1024 * 1024
/** Above this the memory that a chunk would take on its way costs more than a request. */
const worthPlacing = 32 * 1024 * 1024

/** Who waits for a blob, and what they do with its payload. */
interface Wanted {
  readonly name: string
  readonly use: (payload: Uint8Array) => void
  /** Where the payload will lie, of a chunk. */
  readonly place?: () => Uint8Array | undefined
}

/**
 * Loads the values of refs, in their order, each made anew: no two share an object.
 *
 * All encoded values that are not in their refs come by one `getMany`, then the chunks of buffers and texts: the small ones by another, the large ones a few at a time, by two gets where they are above 32 MiB.
 * Large buffers are allocated once, and what is not compressed is read right into them; of texts and of what is compressed, at most six chunks are held beside.
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
        want(part.mostBytes(index) <= smallChunkBytes ? small : large, key, { name, use, place: () => part.place(index) })
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

/** As {@link fetchBlobs}, for large chunks: those that can be are read to where they will lie. */
async function fetchChunks(store: ObjectStore, wanted: ReadonlyMap<string, readonly Wanted[]>): Promise<void> {
  const fetch = async ([key, users]: readonly [string, readonly Wanted[]]): Promise<void> => {
    const [first, ...others] = users
    const place = first?.place?.()
    if (place && place.length > worthPlacing && (await readInPlace(store, key, place))) for (const { use } of others) use(place)
    // What is wrong with it, if anything is, is told from the whole.
    else await checkBlob(store, key, await store.get(key), users)
  }
  for await (const _ of windowed(wanted, chunksInFlight, fetch));
}

async function checkBlob(store: ObjectStore, key: string, blob: Uint8Array | undefined, users: readonly Wanted[]): Promise<void> {
  const payload = await checkedPayload(store, { key, blob, name: users[0]?.name ?? key })
  for (const { use } of users) use(payload)
}
