import { type ArtifactRef, MillraceError, type ObjectStore } from '@millrace/core-graph'
import pLimit from 'p-limit'
import { saveBlob } from './blobs/save-blob.ts'
import { encodeInline, prepareArtifact } from './codec/encode.ts'
import { surveyArtifact } from './codec/survey.ts'
import { flowPrefix } from './layout.ts'
import { mergeRefusals } from './merge-refusals.ts'

/** Blobs in flight at once: enough to hash one, compress one and write one. At most this many chunks are held beside the values. */
const parallelBlobs = 4

/**
 * Stores values and gives a ref for each, in their order. When it settles, everything that the refs name can be read.
 *
 * One put for each encoded value above 1 KiB and for each chunk of a large buffer or text; none for smaller values, whose bytes are in the ref,
 * and none for a blob that this process has written or read before. Values must not change meanwhile.
 *
 * @throws MillraceError `unserializable-artifact` that names the place, for all values that cannot be stored at once; nothing is stored then.
 */
export async function saveArtifacts(
  store: ObjectStore,
  flow: string,
  values: ReadonlyMap<string, unknown>,
): Promise<Record<string, ArtifactRef>> {
  flowPrefix(flow)
  const surveys = surveyAll(values)
  const limit = pLimit(parallelBlobs)

  const save = async (name: string, value: unknown): Promise<ArtifactRef> => {
    const { outside, finish } = prepareArtifact(name, value, surveys.get(name) ?? { isTree: false })
    await settleAll(
      outside.flatMap((part) =>
        Array.from({ length: part.chunkCount }, (_, index) =>
          limit(async () => part.setHash(index, await saveBlob({ store, flow }, part.chunk(index)))),
        ),
      ),
    )
    const { ref, root } = finish()
    if (ref.inline === undefined) await limit(() => saveBlob({ store, flow }, root, { sha256: ref.sha256 }))
    return ref
  }

  // The values themselves go in turn, so that only a few are encoded at a time.
  const turn = pLimit(parallelBlobs)
  const entries = Array.from(values, ([name, value]) => {
    const scalar = isShort(value) ? encodeInline(name, value) : undefined
    return [name, scalar ?? turn(save, name, value)] as const
  })
  const refs = await settleAll(entries.map(([, ref]) => ref))
  return Object.fromEntries(entries.map(([name], index) => [name, refs[index] as ArtifactRef]))
}

/** Whether a value is sure to be small, so that it can be encoded on the spot. */
function isShort(value: unknown): boolean {
  return typeof value === 'string' ? value.length < 256 : typeof value !== 'object' && typeof value !== 'bigint'
}

function surveyAll(values: ReadonlyMap<string, unknown>): Map<string, { readonly isTree: boolean }> {
  const surveys = new Map<string, { readonly isTree: boolean }>()
  const refusals: MillraceError[] = []
  for (const [name, value] of values) {
    try {
      surveys.set(name, surveyArtifact(name, value))
    } catch (error) {
      if (!MillraceError.is(error)) throw error
      refusals.push(error)
    }
  }
  if (refusals.length > 0) throw mergeRefusals(refusals)
  return surveys
}

/** As `Promise.all`, but rejects only when all have settled, so that nothing goes on behind the caller's back. */
async function settleAll<Value>(promises: readonly (Value | Promise<Value>)[]): Promise<Value[]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
