import type { AnyNode } from 'acorn'
import type { StepReport } from '../problem-list.ts'
import type { MergeCall } from './merge.ts'
import { UseReader } from './use-reader.ts'

/** One use of the flow in a body, in the order in which the body is evaluated. */
export type Use = Read | Write | Merge | Escape

/** `this.x` is read; `x` may also be a method that is called, a parameter, a step. */
interface Read {
  readonly kind: 'read'
  readonly name: string
  readonly start: number
  /** Whether the source shows that there may be nothing: `this.x ??= ...`, `'x' in this`, a default. */
  readonly guarded: boolean
  /** How many of the body's uses can come before this one: those of its own loop too and, inside a function, of the whole body. */
  before: number
}

/** `this.x` is assigned or deleted. */
interface Write {
  readonly kind: 'write'
  readonly name: string
  readonly start: number
}

/** `this.mergeArtifacts(...)`. */
interface Merge extends MergeCall {
  readonly kind: 'merge'
}

/** Names that the source does not show are read or assigned: `this[name]`, `helper(this)`. */
interface Escape {
  readonly kind: 'escape'
  readonly start: number
}

/** Every use of `this` in a function; reports the uses of `this` and `this.next` that hide the graph. */
export function readUses(body: AnyNode, report: StepReport): readonly Use[] {
  const reader = new UseReader(report)
  reader.read(body)
  return reader.uses
}
