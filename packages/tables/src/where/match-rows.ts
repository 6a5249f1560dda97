import type { CodedData, ColumnData, NumberData } from '../column-data/column-data.ts'
import { isValid } from '../column-data/validity.ts'
import type { Comparable } from './comparable.ts'
import { matchesValue, type Predicate } from './predicate.ts'

/** Sets `matches[row]` to 0 for each row that does not match. Rows that are 0 already are left alone. */
export function matchRows(data: ColumnData, { predicate, matches }: { readonly predicate: Predicate; readonly matches: Uint8Array }): void {
  if (data.kind === 'objects') matchObjects(data.values, { predicate, matches })
  else if (data.kind === 'coded') matchCoded(data, { predicate, matches })
  else matchNumbers(data, { predicate, matches })
}

interface Match {
  readonly predicate: Predicate
  readonly matches: Uint8Array
}

/** Each value of the list is looked at once at most, however many rows have it. */
function matchCoded({ codes, slices, validity }: CodedData, { predicate, matches }: Match): void {
  const { bytes, starts, ends } = slices
  // 0: not looked at yet, 1: does not match, 2: matches.
  const known = new Uint8Array(starts.length)
  const nulls = predicate.matchesNull ? 1 : 0
  for (let row = 0; row < codes.length; row += 1) {
    if (matches[row] === 0) continue
    if (!isValid(validity, row)) {
      matches[row] = nulls
      continue
    }
    const code = codes[row] as number
    let verdict = known[code] as number
    if (verdict === 0) {
      verdict = matchesValue(predicate, bytes.subarray(starts[code], ends[code])) ? 2 : 1
      known[code] = verdict
    }
    matches[row] = verdict - 1
  }
}

function matchNumbers({ values, validity }: NumberData, { predicate, matches }: Match): void {
  const bounds = validity ? undefined : plainBounds(predicate)
  if (
    bounds &&
    (values instanceof Float64Array || values instanceof Int32Array || values instanceof Float32Array || values instanceof Uint32Array)
  ) {
    // The loop that most filters are.
    const { low, high } = bounds
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row] as number
      if (!(value >= low && value <= high)) matches[row] = 0
    }
    return
  }
  const nulls = predicate.matchesNull ? 1 : 0
  for (let row = 0; row < values.length; row += 1) {
    if (matches[row] === 0) continue
    if (!isValid(validity, row)) matches[row] = nulls
    else if (!matchesValue(predicate, values[row] as Comparable)) matches[row] = 0
  }
}

/** The closed range that says the same, where there is one. */
function plainBounds({
  matchesValues,
  lower,
  upper,
  among,
  except,
}: Predicate): { readonly low: number; readonly high: number } | undefined {
  if (!matchesValues || among || except.length > 0 || (!lower && !upper)) return undefined
  if ((lower && !lower.isInclusive) || (upper && !upper.isInclusive)) return undefined
  const low = lower?.value ?? Number.NEGATIVE_INFINITY
  const high = upper?.value ?? Number.POSITIVE_INFINITY
  return typeof low === 'number' && typeof high === 'number' ? { low, high } : undefined
}

function matchObjects(values: readonly unknown[], { predicate, matches }: Match): void {
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]
    if (matches[row] === 0) continue
    if (value === null || value === undefined) matches[row] = predicate.matchesNull ? 1 : 0
    else if (!matchesValue(predicate, value as Comparable)) matches[row] = 0
  }
}
