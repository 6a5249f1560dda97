import type { ColumnType } from '../schema/column-type.ts'
import { TablesError } from '../tables-error.ts'
import { type Comparable, toComparable } from '../where/comparable.ts'

/**
 * The type that all values of a partition column are of: `int32` or `int64` for whole numbers, `date` for `2026-11-23`, else `string`. Numbers with
 * zeros in front, such as months, stay strings: nothing is lost.
 */
export function inferPartitionType(values: Iterable<string | null>): ColumnType {
  let isWhole = true
  let isSmall = true
  let isDate = true
  let count = 0
  for (const value of values) {
    if (value === null) continue
    count += 1
    isWhole &&= /^(0|-?[1-9]\d{0,17})$/.test(value)
    isSmall &&= isWhole && Number(value) === (Number(value) | 0)
    isDate &&= /^\d{4}-\d\d-\d\d$/.test(value) && isComparable(value, { name: 'date' })
  }
  if (count === 0) return { name: 'string' }
  if (isWhole) return { name: isSmall ? 'int32' : 'int64' }
  return { name: isDate ? 'date' : 'string' }
}

function isComparable(value: unknown, type: ColumnType): boolean {
  try {
    toComparable(value, type)
    return true
  } catch {
    return false
  }
}

/** The value of a partition from the text of its folder. @throws TablesError `schema-mismatch` where the text is no such value. */
export function parsePartitionValue(
  text: string | null,
  { column, type, url }: { readonly column: string; readonly type: ColumnType; readonly url: string },
): Comparable | null {
  if (text === null) return null
  try {
    return toComparable(readText(text, type), type)
  } catch (cause) {
    const message = `Could not read the partition of ${url}: ${column}=${text} is not of the type ${type.name}. Give the column another type.`
    throw new TablesError('schema-mismatch', message, { subject: url, column, cause })
  }
}

function readText(text: string, { name }: ColumnType): unknown {
  switch (name) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'int32':
    case 'int64':
      return /^-?\d+$/.test(text) ? BigInt(text) : text
    case 'float64':
      return text === '' || Number.isNaN(Number(text)) ? text : Number(text)
    default:
      return text
  }
}
