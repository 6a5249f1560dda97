import type { ColumnMetaData, Statistics } from 'hyparquet'
import type { Leaf } from '../schema/read-schema.ts'
import type { Comparable } from './comparable.ts'
import type { ValueSummary } from './predicate.ts'

/** What a column chunk's statistics say, as far as they can be trusted. */
export function summariseChunk({ num_values: values, statistics }: ColumnMetaData, leaf: Leaf): ValueSummary {
  const { min, max } = statistics ? bounds(statistics, leaf) : {}
  return { rows: Number(values), nulls: statistics?.null_count === undefined ? undefined : Number(statistics.null_count), min, max }
}

/** Both ends in comparable form; neither where one is missing or of no use. */
export function toBounds(min: unknown, max: unknown, leaf: Leaf): Pick<ValueSummary, 'min' | 'max'> {
  const low = toComparableStatistic(min, leaf)
  const high = toComparableStatistic(max, leaf)
  return low === undefined || high === undefined ? { min: undefined, max: undefined } : { min: low, max: high }
}

function bounds({ min, max, min_value: minValue, max_value: maxValue }: Statistics, leaf: Leaf): Partial<ValueSummary> {
  if (minValue !== undefined && maxValue !== undefined) return toBounds(minValue, maxValue, leaf)
  // The old fields compare bytes and unsigned numbers in ways that writers did not agree on.
  const isSigned = leaf.type.name !== 'uint32' && leaf.type.name !== 'uint64'
  const isNumber = leaf.physical !== 'BYTE_ARRAY' && leaf.physical !== 'FIXED_LEN_BYTE_ARRAY'
  return isSigned && isNumber ? toBounds(min, max, leaf) : {}
}

/** hyparquet has read statistics as numbers, `bigint`s and bytes in the unit of the column, but decimals, which it divided. */
function toComparableStatistic(value: unknown, { type, physical }: Leaf): Comparable | undefined {
  if (physical === 'INT96') return undefined
  if (type.name === 'decimal') {
    // Up to 15 digits a double is exact.
    if (typeof value !== 'number' || (type.precision ?? 99) > 15) return undefined
    return BigInt(Math.round(value * 10 ** (type.scale ?? 0)))
  }
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  return typeof value === 'bigint' || value instanceof Uint8Array ? value : undefined
}
