/** How sure it is that a path exists: there is none; only if a loop or a failure goes a certain way; as plainly as an `if` has two ways. */
type Certainty = 0 | 1 | 2

/** How often `this.next` can have been called when a place in a body is reached. */
export interface CallCount {
  readonly zero: Certainty
  readonly one: Certainty
  readonly many: Certainty
}

/** The count where a body begins. */
export const noCalls: CallCount = { zero: 2, one: 0, many: 0 }

/** The count where two ways meet; `undefined` is a way that is never taken. */
export function either(a: CallCount | undefined, b: CallCount | undefined): CallCount | undefined {
  if (!a || !b) return a ?? b
  return { zero: surer(a.zero, b.zero), one: surer(a.one, b.one), many: surer(a.many, b.many) }
}

/** The count after one more call. */
export const oneMore = (count: CallCount): CallCount => ({ zero: 0, one: count.zero, many: surer(count.one, count.many) })

/** The same ways, none of them plain any more. */
export function unsure(count: CallCount | undefined): CallCount | undefined {
  return count && { zero: weaker(count.zero), one: weaker(count.one), many: weaker(count.many) }
}

/** Whether both say the same. */
export const sameCount = (a: CallCount | undefined, b: CallCount | undefined): boolean =>
  a?.zero === b?.zero && a?.one === b?.one && a?.many === b?.many

const surer = (a: Certainty, b: Certainty): Certainty => (a > b ? a : b)
const weaker = (certainty: Certainty): Certainty => (certainty === 0 ? 0 : 1)
