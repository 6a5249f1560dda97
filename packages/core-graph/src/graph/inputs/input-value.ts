import type { FunctionNode } from '../source/parse.ts'

/** What an expression in a join's body can hold of the join's inputs. */
export interface InputValue {
  /** 0: none of them. 1: an input. 2: a list of inputs. 3: a list of such lists. */
  readonly level: number
  /** Whether it is that on every path. */
  readonly certain: boolean
  /** Whether it is the join's own `inputs`, which has branches and the order of the split. */
  readonly root?: boolean
  /** For an input: the name of its branch, or its place in the order of the split. */
  readonly branch?: string | number | undefined
  /** The function that it is. */
  readonly callee?: FunctionNode | undefined
}

/** Holds no input. */
export const nothing: InputValue = { level: 0, certain: true }

/** The join's own parameter. */
export const allInputs: InputValue = { level: 2, certain: true, root: true }

/** Lists of lists of lists are as deep as it goes; so that `x = [x]` has an end. */
export const deepest = 6

/** What a place holds that can hold either. */
export function mix(a: InputValue | undefined, b: InputValue): InputValue {
  if (!a) return b
  return {
    level: Math.max(a.level, b.level),
    certain: a.certain && b.certain && a.level === b.level,
    root: a.root === true && b.root === true,
    branch: a.branch === b.branch ? a.branch : undefined,
    callee: a.callee === b.callee ? a.callee : undefined,
  }
}

/** Whether both say the same. */
export function sameValue(a: InputValue | undefined, b: InputValue | undefined): boolean {
  if (!a || !b) return a === b
  return (
    a.level === b.level && a.certain === b.certain && Boolean(a.root) === Boolean(b.root) && a.branch === b.branch && a.callee === b.callee
  )
}

/** An item of a list. */
export const itemOf = (list: InputValue, branch?: string | number): InputValue =>
  list.level < 2 ? nothing : { level: list.level - 1, certain: list.certain, branch: list.level === 2 ? branch : undefined }

/** A list of such items. */
export const listOf = (item: InputValue): InputValue =>
  item.level === 0 ? nothing : { level: Math.min(item.level + 1, deepest), certain: item.certain }
