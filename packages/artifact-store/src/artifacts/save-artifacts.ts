import { type ArtifactRef, MillraceError, type ObjectStore } from '@millrace/core-graph'
import pLimit from 'p-limit'
import { saveBlob } from '../blobs/save-blob.ts'
import { chunkBytes } from '../codec/document.ts'
import { encodeInline, prepareArtifact } from '../codec/encode.ts'
import { surveyArtifact } from '../codec/survey/survey.ts'
import { flowPrefix } from '../layout.ts'
import { ByteBudget } from './byte-budget.ts'
import { mergeRefusals } from './merge-refusals.ts'

/** What is on its way to the store at once: four chunks, enough to hash one, compress one and write two; of small blobs, as many as hide the time to a far store. */
const inFlight = { maxBytes: 4 * chunkBytes, maxCount: 64 }
/** Values being encoded at once. */
const parallelValues = 4

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
  const budget = new ByteBudget(inFlight)
  const saving: Promise<unknown>[] = []

  const save = async (name: string, value: unknown): Promise<ArtifactRef> => {
    const { outside, finish } = prepareArtifact(name, value, surveys.get(name) ?? { isTree: false })
    await settleAll(
      outside.flatMap((part) =>
        Array.from({ length: part.chunkCount }, (_, index) =>
          budget.run(Math.min(part.sizeBytes, chunkBytes), async () =>
            part.setHash(index, await saveBlob({ store, flow }, part.chunk(index))),
          ),
        ),
      ),
    )
    const { ref, root } = finish()
    if (ref.inline !== undefined) return ref
    // The next value is encoded while this one is on its way, once there is room for it.
    const giveBack = await budget.take(root.length)
    const saved = saveBlob({ store, flow }, root, { sha256: ref.sha256 }).finally(giveBack)
    // It is told below, when all others have settled too.
    saved.catch(() => {})
    saving.push(saved)
    return ref
  }

  const turn = pLimit(parallelValues)
  const entries = Array.from(values, ([name, value]) => {
    const scalar = isShort(value) ? encodeInline(name, value) : undefined
    return [name, scalar ?? turn(save, name, value)] as const
  })
  const [saved] = await Promise.allSettled([settleAll(entries.map(([, ref]) => ref))])
  await settleAll(saving)
  if (saved?.status !== 'fulfilled') throw saved?.reason
  return Object.fromEntries(entries.map(([name], index) => [name, saved.value[index] as ArtifactRef]))
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
