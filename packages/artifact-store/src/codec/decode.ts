import { hash } from 'node:crypto'
import { type ArtifactRef, MillraceError } from '@millrace/core-graph'
import type { ObjectGraph } from './document.ts'
import { unpackForm } from './pack.ts'
import { type Missing, type Unflattening, unflatten } from './unflatten.ts'

/** A value on its way back: what its encoded bytes keep outside must be brought first. */
export interface DecodedArtifact {
  readonly missing: readonly Missing[]
  /** The value, made anew. @throws MillraceError `corrupt-artifact`. */
  finish(): unknown
}

/** The error for stored bytes that are not what was stored. `where` names what holds them. */
export function corruptArtifact(name: string, where: string, problem: string, cause?: unknown): MillraceError {
  return new MillraceError(
    'corrupt-artifact',
    `Could not load the artifact ${name}: ${where} ${problem}. Resume the run from the step that made it, which stores it again, or bring the file back from a copy.`,
    { subject: name, cause },
  )
}

/**
 * Starts to decode an artifact's encoded bytes, which the caller has checked against their hash.
 *
 * @throws MillraceError `corrupt-artifact` if no Millrace, or a later one, wrote them.
 */
export function decodeRoot(name: string, root: Uint8Array): DecodedArtifact {
  const guard = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (cause) {
      throw corruptArtifact(name, 'what is stored', `cannot be decoded by this version of Millrace (${(cause as Error).message})`, cause)
    }
  }
  const { isTree, value } = guard(() => unpackForm(root))
  if (isTree) return { missing: [], finish: () => value }
  const graph: Unflattening = guard(() => unflatten(value as ObjectGraph))
  return { missing: graph.missing, finish: () => guard(graph.finish) }
}

/** The bytes that a ref holds in itself, checked; `undefined` where it holds none. @throws MillraceError `corrupt-artifact`. */
export function inlineRoot(name: string, ref: ArtifactRef): Uint8Array | undefined {
  if (ref.inline === undefined) return undefined
  const root = Buffer.from(ref.inline, 'base64')
  if (hash('sha256', root) !== ref.sha256)
    throw corruptArtifact(name, 'the record that holds it', 'was altered: its bytes do not match their hash')
  return root
}

/**
 * The value of a ref that {@link encodeInline} made, or any with `inline` and without `chunked`. Synchronous, no I/O.
 *
 * @throws TypeError for another ref.
 * @throws MillraceError `corrupt-artifact` if its bytes do not match its hash.
 */
export function decodeInline(name: string, ref: ArtifactRef): unknown {
  const root = inlineRoot(name, ref)
  if (!root || ref.chunked)
    throw new TypeError(`Could not decode the artifact ${name} on the spot: its bytes are in the datastore. Use loadArtifact.`)
  return decodeRoot(name, root).finish()
}
