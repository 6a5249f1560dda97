import { type ArtifactRef, FileContent, MillraceError, type ObjectStore } from '@millrace/core-graph'
import { saveBlob } from '../blobs/save-blob.ts'
import { encodeContent } from '../codec/content/encode-content.ts'
import { encodeArtifact } from '../codec/encode.ts'
import { mergeRefusals } from './merge-refusals.ts'
import { saveArtifacts } from './save-artifacts.ts'

/**
 * Stores the values of a run's parameters and gives a ref for each, in their order; one that is `undefined` is left out.
 *
 * Plain values are stored as by {@link saveArtifacts}. A {@link FileContent} is stored while it is read, in chunks, never in memory as a whole: beside what
 * an artifact costs, one list for each chunk above 1 MiB, and no put for a chunk that the store has.
 *
 * @throws MillraceError `unserializable-artifact` for plain values; `invalid-parameter` for files that changed, vanished or are not what they should be, all at once.
 */
export async function saveParameters(
  store: ObjectStore,
  flow: string,
  values: ReadonlyMap<string, unknown>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Record<string, ArtifactRef>> {
  const { signal } = options
  const present = [...values].filter(([, value]) => value !== undefined)
  const saved = await saveArtifacts(store, flow, new Map(present.filter(([, value]) => !FileContent.is(value))))
  const refusals: MillraceError[] = []
  for (const [name, value] of present) {
    if (!FileContent.is(value)) continue
    try {
      const keep = async (bytes: Uint8Array, sha256: string): Promise<void> => {
        await saveBlob({ store, flow }, bytes, { sha256, ask: true, signal })
      }
      const { ref, root } = await encodeContent(name, value, { keep, signal })
      if (ref.inline === undefined) await saveBlob({ store, flow }, root, { sha256: ref.sha256, signal })
      saved[name] = ref
    } catch (error) {
      if (!MillraceError.is(error, 'invalid-parameter')) throw error
      refusals.push(error)
    }
  }
  if (refusals.length > 0) throw mergeRefusals(refusals)
  return Object.fromEntries(present.flatMap(([name]) => (Object.hasOwn(saved, name) ? [[name, saved[name] as ArtifactRef]] : [])))
}

/**
 * The ref that {@link saveParameters} would give, without a store: two values are the same if the hashes of their refs are. A file is read once.
 *
 * @throws MillraceError as {@link saveParameters}.
 */
export async function refOfParameter(name: string, value: unknown): Promise<ArtifactRef> {
  if (!FileContent.is(value)) return encodeArtifact(name, value).ref
  return (await encodeContent(name, value, { keep: async () => {} })).ref
}
