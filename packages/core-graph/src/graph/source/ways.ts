import { type CallCount, either } from './call-count.ts'

/** Where control goes: on to the next statement, or by a jump such as `return`, `break` or `continue outer`. */
export interface Ways {
  readonly on: CallCount | undefined
  readonly jumps: ReadonlyMap<string, CallCount>
}

const noJumps: ReadonlyMap<string, CallCount> = new Map()

/** Control does not get here, or goes nowhere from here. */
export const nowhere: Ways = { on: undefined, jumps: noJumps }

/** On to the next statement. */
export const goOn = (on: CallCount | undefined): Ways => ({ on, jumps: noJumps })

/** Away by the jump `key`. */
export const jump = (key: string, count: CallCount | undefined): Ways => ({
  on: undefined,
  jumps: count ? new Map([[key, count]]) : noJumps,
})

/** Two ways that meet again. */
export function meet(a: Ways, b: Ways): Ways {
  return { on: either(a.on, b.on), jumps: bothJumps(a.jumps, b.jumps) }
}

/** `next` follows on `first`. */
export function inTurn(first: Ways, next: Ways): Ways {
  return { on: next.on, jumps: bothJumps(first.jumps, next.jumps) }
}

/** The jump `key` ends here: control goes on after it. */
export function land(ways: Ways, key: string): Ways {
  const landed = ways.jumps.get(key)
  if (!landed) return ways
  const jumps = new Map(ways.jumps)
  jumps.delete(key)
  return { on: either(ways.on, landed), jumps }
}

function bothJumps(a: ReadonlyMap<string, CallCount>, b: ReadonlyMap<string, CallCount>): ReadonlyMap<string, CallCount> {
  if (a.size === 0 || b.size === 0) return a.size === 0 ? b : a
  const jumps = new Map(a)
  for (const [key, count] of b) jumps.set(key, either(jumps.get(key), count) ?? count)
  return jumps
}
