import { hash } from 'node:crypto'
import { type ArtifactRef, MillraceError } from '@millrace/core-graph'
import { form, type ObjectGraph } from './document.ts'
import { flatten, type Outside } from './flatten.ts'
import { oneNaN } from './one-nan.ts'
import { packForm } from './pack.ts'
import { surveyArtifact } from './survey/survey.ts'

/** An artifact as bytes. */
export interface EncodedArtifact {
  readonly ref: ArtifactRef
  /** The encoded bytes, whose SHA-256 is `ref.sha256`. Where `ref.inline` is, they need not be stored. */
  readonly root: Uint8Array
  /** The raw chunks that `root` names. Views into the value where they can be: do not change it before they are stored. */
  readonly chunks: readonly { readonly sha256: string; readonly bytes: Uint8Array }[]
}

/** A value that has passed the survey, half encoded: what is kept outside is not hashed yet. */
export interface PreparedArtifact {
  readonly outside: readonly Outside[]
  /** The rest, once every chunk outside has been given its hash. */
  finish(): { readonly ref: ArtifactRef; readonly root: Uint8Array }
}

/** Encoded bytes up to this length are kept in the record that names them. */
const inlineBytes = 1024

/**
 * Encodes a value, all in memory. The same value gives the same bytes, so two refs with the same hash hold the same value.
 *
 * @throws MillraceError `unserializable-artifact` that names the place in the value.
 */
export function encodeArtifact(name: string, value: unknown): EncodedArtifact {
  const { outside, finish } = prepareArtifact(name, value, surveyArtifact(name, value))
  const chunks = outside.flatMap((part) =>
    Array.from({ length: part.chunkCount }, (_, index) => {
      const bytes = part.chunk(index)
      const sha256 = hash('sha256', bytes)
      part.setHash(index, sha256)
      return { sha256, bytes }
    }),
  )
  return { ...finish(), chunks }
}

/**
 * The ref of a value whose encoded bytes fit into it, and `undefined` for a larger one. Synchronous; about 2 µs for a number.
 *
 * @throws MillraceError `unserializable-artifact` that names the place in the value.
 */
export function encodeInline(name: string, value: unknown): ArtifactRef | undefined {
  const prepared = prepareArtifact(name, value, surveyArtifact(name, value))
  if (prepared.outside.length > 0) return undefined
  const { ref } = prepared.finish()
  return ref.inline === undefined ? undefined : ref
}

/** The first half of {@link encodeArtifact}, for a value that has been surveyed. */
export function prepareArtifact(name: string, value: unknown, { isTree }: { readonly isTree: boolean }): PreparedArtifact {
  if (isTree || Number.isNaN(value)) return { outside: [], finish: () => describe(pack(name, form.tree, oneNaN(value)), []) }
  const { graph, outside } = flatten(value)
  return { outside, finish: () => encodeGraph(name, graph, outside) }
}

/** The encoded bytes of a graph whose chunks outside have their hashes, and its ref. */
export function encodeGraph(
  name: string,
  graph: ObjectGraph,
  outside: readonly { readonly sizeBytes: number }[],
): { readonly ref: ArtifactRef; readonly root: Uint8Array } {
  return describe(pack(name, form.graph, graph), outside)
}

function pack(name: string, formByte: (typeof form)[keyof typeof form], value: unknown): Uint8Array {
  try {
    return packForm(formByte, value)
  } catch (cause) {
    throw new MillraceError(
      'unserializable-artifact',
      `Could not store the artifact ${name}: its parts beside typed arrays and long text are too large to encode in one piece, at most 4 GiB (${(cause as Error).message}). Put its numbers into typed arrays, or split it into several artifacts.`,
      { subject: name, cause },
    )
  }
}

function describe(root: Uint8Array, outside: readonly { readonly sizeBytes: number }[]): { ref: ArtifactRef; root: Uint8Array } {
  const ref = {
    sha256: hash('sha256', root),
    sizeBytes: outside.reduce((sum, part) => sum + part.sizeBytes, root.length),
    ...(root.length <= inlineBytes && { inline: Buffer.from(root.buffer, root.byteOffset, root.length).toString('base64') }),
    ...(outside.length > 0 && { chunked: true as const }),
  }
  return { ref, root }
}
