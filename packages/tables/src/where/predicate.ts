import type { ColumnType } from '../schema/column-type.ts'
import { type Comparable, compare } from './comparable.ts'

/** One end of what a column may be. */
export interface Bound {
  readonly value: Comparable
  readonly isInclusive: boolean
}

/** What one column has to be for a row to match: all of it. */
export interface Predicate {
  readonly column: string
  readonly type: ColumnType
  /** Whether a null matches. */
  readonly matchesNull: boolean
  /** Whether anything else can match. */
  readonly matchesValues: boolean
  readonly lower: Bound | undefined
  readonly upper: Bound | undefined
  /** The only values that match, in order. */
  readonly among: readonly Comparable[] | undefined
  readonly except: readonly Comparable[]
}

/** What is known of the values of a file, a row group or a page without reading them. */
export interface ValueSummary {
  readonly rows: number
  readonly nulls: number | undefined
  /** No value is smaller; it need not be there. */
  readonly min: Comparable | undefined
  /** No value is larger; it need not be there. */
  readonly max: Comparable | undefined
}

/** Whether a value that is not null matches. NaN matches only where nothing but exceptions are asked. */
export function matchesValue({ matchesValues, lower, upper, among, except }: Predicate, value: Comparable): boolean {
  if (!matchesValues) return false
  if (lower) {
    const order = compare(value, lower.value)
    if (!(order > 0 || (order === 0 && lower.isInclusive)) || Number.isNaN(value)) return false
  }
  if (upper) {
    const order = compare(value, upper.value)
    if (!(order < 0 || (order === 0 && upper.isInclusive)) || Number.isNaN(value)) return false
  }
  if (among && !includes(among, value)) return false
  return except.length === 0 || !includes(except, value)
}

/** Whether a row can match. `false` is certain. */
export function canMatch(predicate: Predicate, { rows, nulls, min, max }: ValueSummary): boolean {
  if (rows === 0) return false
  if (nulls === rows) return predicate.matchesNull
  if (predicate.matchesNull && nulls !== 0) return true
  const { matchesValues, lower, upper, among, except } = predicate
  if (!matchesValues) return false
  if (min === undefined || max === undefined) return true
  if (lower && !reaches(max, lower)) return false
  if (upper && !staysBelow(min, upper)) return false
  if (among && !among.some((value) => compare(value, min) >= 0 && compare(value, max) <= 0)) return false
  // Statistics leave NaN out, and NaN is none of the exceptions.
  if (isFloat(predicate.type)) return true
  return !(compare(min, max) === 0 && includes(except, min))
}

/** Whether all rows match. `true` is certain. */
export function allMatch(predicate: Predicate, { rows, nulls, min, max }: ValueSummary): boolean {
  const { matchesNull, matchesValues, lower, upper, among, except } = predicate
  if (nulls === undefined || (nulls > 0 && !matchesNull)) return false
  if (nulls === rows) return true
  if (!matchesValues) return false
  if (!lower && !upper && !among && except.length === 0) return true
  if (min === undefined || max === undefined || isFloat(predicate.type)) return false
  if (lower && !(compare(min, lower.value) > 0 || (compare(min, lower.value) === 0 && lower.isInclusive))) return false
  if (upper && !(compare(max, upper.value) < 0 || (compare(max, upper.value) === 0 && upper.isInclusive))) return false
  // Shortened statistics are equal only where all values are: but then they may not be the value. Only fixed widths are never shortened.
  if (among && !(compare(min, max) === 0 && typeof min !== 'object' && includes(among, min))) return false
  return !except.some((value) => compare(value, min) >= 0 && compare(value, max) <= 0)
}

function reaches(max: Comparable, { value, isInclusive }: Bound): boolean {
  const order = compare(max, value)
  return order > 0 || (order === 0 && isInclusive)
}

function staysBelow(min: Comparable, { value, isInclusive }: Bound): boolean {
  const order = compare(min, value)
  return order < 0 || (order === 0 && isInclusive)
}

/** Whether a sorted list has a value. */
function includes(sorted: readonly Comparable[], value: Comparable): boolean {
  if (Number.isNaN(value)) return false
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const order = compare(sorted[middle] as Comparable, value)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}

const isFloat = ({ name }: ColumnType): boolean => name === 'float32' || name === 'float64'
