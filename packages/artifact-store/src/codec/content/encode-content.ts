import { hash } from 'node:crypto'
import type { ArtifactRef, FileContent } from '@millrace/core-graph'
import { windowed } from '../../windowed.ts'
import { chunkBytes, chunkUnits, kind, type Node, outsideAbove } from '../document.ts'
import { encodeArtifact, encodeGraph } from '../encode.ts'
import { byteChunks } from './byte-chunks.ts'
import { textChunks } from './text-chunks.ts'

/** Chunks in memory at once: while one is hashed and kept, the next is read. */
const parallelChunks = 2

/** How content is encoded. */
export interface EncodeContentOptions {
  /** Takes a chunk that the root names; its bytes are valid until the promise settles. */
  readonly keep: (bytes: Uint8Array, sha256: string) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

/**
 * Encodes a file's content while it is read, as {@link encodeArtifact} encodes the same content as one value: the ref and the bytes are the same.
 * Two chunks of 64 MiB are in memory at most, of text a few times its 16 Mi characters.
 *
 * @throws MillraceError `unserializable-artifact` for text that is not UTF-8, or longer than JavaScript holds as one string; and whatever the content throws.
 */
export async function encodeContent(
  name: string,
  content: FileContent,
  options: EncodeContentOptions,
): Promise<{ readonly ref: ArtifactRef; readonly root: Uint8Array }> {
  const pieces = content.open(options.signal)
  return content.encoding === null ? await encodeBytes(name, pieces, options) : await encodeText(name, pieces, options)
}

async function encodeBytes(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  { keep }: EncodeContentOptions,
): Promise<{ ref: ArtifactRef; root: Uint8Array }> {
  const free: Uint8Array[] = []
  let small: Uint8Array | undefined
  let sizeBytes = 0
  const hashes: string[] = []
  const work = async (chunk: Uint8Array): Promise<string | undefined> => {
    sizeBytes += chunk.length
    // The last chunk of a larger file may be as short.
    if (sizeBytes <= outsideAbove) {
      small = chunk
      return undefined
    }
    const sha256 = hash('sha256', chunk)
    await keep(chunk, sha256)
    if (chunk.length === chunkBytes) free.push(chunk)
    return sha256
  }
  for await (const sha256 of windowed(byteChunks(pieces, free), parallelChunks, work)) if (sha256 !== undefined) hashes.push(sha256)
  if (hashes.length === 0) return encodeArtifact(name, small?.slice() ?? new Uint8Array(0))
  const view: Node = [kind.view, ['Uint8Array', 1, 0, sizeBytes], [1]]
  return encodeGraph(name, [[], [view, [kind.chunkedBuffer, [sizeBytes, ...hashes], []]]], [{ sizeBytes }])
}

async function encodeText(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  { keep }: EncodeContentOptions,
): Promise<{ ref: ArtifactRef; root: Uint8Array }> {
  const encoder = new TextEncoder()
  const free: Uint8Array[] = []
  let small: string | undefined
  let sizeBytes = 0
  let units = 0
  const hashes: string[] = []
  const work = async (chunk: string): Promise<string | undefined> => {
    units += chunk.length
    if (units <= outsideAbove) {
      small = chunk
      return undefined
    }
    const whole = free.pop() ?? new Uint8Array((chunk.length < chunkUnits / 2 ? chunk.length : chunkUnits) * 3)
    const bytes = whole.subarray(0, encoder.encodeInto(chunk, whole).written)
    sizeBytes += bytes.length
    const sha256 = hash('sha256', bytes)
    await keep(bytes, sha256)
    if (whole.length === chunkUnits * 3) free.push(whole)
    return sha256
  }
  for await (const sha256 of windowed(textChunks(name, pieces), parallelChunks, work)) if (sha256 !== undefined) hashes.push(sha256)
  if (hashes.length === 0) return encodeArtifact(name, small ?? '')
  return encodeGraph(name, [[], [[kind.chunkedText, hashes, []]]], [{ sizeBytes }])
}
