import { parseDocument } from '../records/parse-record.ts'
import { isCount, isInstant, isListOf, isShaped, isTableOf, isText } from '../records/record-shape.ts'
import { runShape } from '../records/run-shape.ts'
import type { Catalog, EditedTags, RunSummary } from './catalog.ts'

const largestBytes = 512 * 1024 * 1024

const isSummary = isShaped({
  required: {
    run: (value) => typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value),
    ...runShape.required,
  },
  optional: {
    ...runShape.optional,
    error: isShaped({ required: { name: isText, message: isText }, optional: { code: isText, subject: isText } }),
  },
})

const isEdited = isShaped({ required: { createdAt: isInstant, tags: isListOf(isText) } })

const isCatalog = isShaped({
  required: { flow: isText, sequence: isCount, writer: isText, runs: isListOf(isSummary), tags: isTableOf(isEdited) },
})

/**
 * Reads a version of a catalog. Torn, foreign, or not the one that is `expected`, it is `undefined`.
 *
 * @throws MillraceError `store-failed` if a later version of Millrace wrote it.
 */
export async function parseCatalog(
  body: Uint8Array,
  key: string,
  expected: { readonly flow: string; readonly sequence: number },
): Promise<(Catalog & { readonly writer: string }) | undefined> {
  const json = await decompressed(body)
  const document = json && parseDocument(json, key, { expected, check: isCatalog })
  if (!document) return undefined
  const { sequence, writer, runs, tags } = document as {
    readonly sequence: number
    readonly writer: string
    readonly runs: readonly RunSummary[]
    readonly tags: Readonly<Record<string, EditedTags>>
  }
  return { sequence, writer, runs: new Map(runs.map((summary) => [summary.run, summary])), tags: new Map(Object.entries(tags)) }
}

async function decompressed(body: Uint8Array): Promise<Uint8Array | undefined> {
  const isZstd = body[0] === 0x28 && body[1] === 0xb5 && body[2] === 0x2f && body[3] === 0xfd
  if (!isZstd) return body
  const { zstdDecompressSync } = await import('node:zlib')
  try {
    return zstdDecompressSync(body, { maxOutputLength: largestBytes })
  } catch {
    return undefined
  }
}
