import type { FunctionNode } from '../source/parse.ts'
import type { Named } from '../source/transition.ts'
import { InputReader } from './input-reader.ts'

/** An artifact that a join surely reads from an input. */
export interface InputRead extends Named {
  /** The name of the input's branch, or its place in the order of the split, where the source tells. */
  readonly branch: string | number | undefined
}

/** What a join does with its inputs. */
export interface InputUses {
  /** Every property name in the body: more than is read, never less where `dynamic` is false. */
  readonly names: ReadonlySet<string>
  /** Whether an input goes where its reads are not seen: to another function, into an object, or `input[name]`. */
  readonly dynamic: boolean
  /** Reads from what is an input for sure. */
  readonly reads: readonly InputRead[]
  /** Branches that are named: `left` in `inputs.left`. */
  readonly branches: readonly Named[]
}

/** Follows the inputs through a join's body: variables, loops, callbacks, local functions, and the flow's own methods by `methodNamed`. */
export function readInputUses(body: FunctionNode, methodNamed: (name: string) => FunctionNode | undefined): InputUses {
  return new InputReader(body, methodNamed).read()
}
