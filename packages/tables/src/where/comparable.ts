import type { ColumnType } from '../schema/column-type.ts'

/**
 * A value of a column in the form in which it is compared: numbers for integers of 32 bits, floats, truth values, dates (days) and times in
 * milliseconds; `bigint` for integers of 64 bits, other times and timestamps in their unit, and decimals without their point; bytes for texts,
 * which compare as their UTF-8 does.
 */
export type Comparable = number | bigint | Uint8Array

/** Negative, 0 or positive, for two values of one column. */
export function compare(a: Comparable, b: Comparable): number {
  if (typeof a === 'object' && typeof b === 'object') return Buffer.compare(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}

const ticksPerMs = { ms: 1n, us: 1_000n, ns: 1_000_000n } as const
const dayMs = 86_400_000

/**
 * The comparable form of a value that a caller gives for a column of this type.
 *
 * @throws TypeError for a value of another type, which says what is taken
 * @throws RangeError for one that the column cannot hold, such as a timestamp finer than the column's unit
 */
export function toComparable(value: unknown, type: ColumnType): Comparable {
  switch (type.name) {
    case 'boolean':
      if (typeof value === 'boolean') return value ? 1 : 0
      throw wrongType(value, 'true or false')
    case 'int32':
    case 'uint32':
      if (typeof value === 'number' && !Number.isNaN(value)) return value
      if (typeof value === 'bigint') return Number(value)
      throw wrongType(value, 'a number')
    case 'int64':
    case 'uint64':
      if (typeof value === 'bigint') return value
      if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
      throw wrongType(value, 'a whole number or a bigint')
    case 'float32':
    case 'float64':
      if (typeof value === 'number' && !Number.isNaN(value)) return value
      throw wrongType(value, 'a number other than NaN')
    case 'date':
      return dateToDays(value)
    case 'timestamp':
      return timestampToTicks(value, type)
    case 'time':
      if (typeof value === 'bigint') return type.unit === 'ms' ? Number(value) : value
      if (typeof value === 'number' && Number.isSafeInteger(value)) return type.unit === 'ms' ? value : BigInt(value)
      throw wrongType(value, `a whole number of ${type.unit} since midnight`)
    case 'decimal':
      return decimalToUnscaled(value, type)
    case 'string':
      if (typeof value === 'string') return Buffer.from(value)
      throw wrongType(value, 'a string')
    case 'uuid':
      if (typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))
        return Buffer.from(value.replaceAll('-', ''), 'hex')
      throw wrongType(value, 'a UUID such as 123e4567-e89b-12d3-a456-426614174000')
    case 'bytes':
      if (value instanceof Uint8Array) return value
      throw wrongType(value, 'a Uint8Array')
    case 'nested':
      throw new TypeError('it holds lists or structs, which are not compared; filter the rows that the scan gives')
  }
}

/** The days since 1970 of a `Date` at midnight UTC or of a text such as `2026-11-23`. */
function dateToDays(value: unknown): number {
  if (value instanceof Date && value.getTime() % dayMs === 0) return value.getTime() / dayMs
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) {
    const date = new Date(`${value}T00:00:00Z`)
    // `Date` takes the 31st of June for the 1st of July.
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) return date.getTime() / dayMs
  }
  throw wrongType(value, 'a date such as 2026-11-23, or a Date at midnight UTC')
}

function timestampToTicks(value: unknown, { unit = 'ms' }: ColumnType): bigint {
  const ticks = ticksPerMs[unit]
  if (typeof value === 'bigint') return value
  if (value instanceof Date && !Number.isNaN(value.getTime())) return BigInt(value.getTime()) * ticks
  const match =
    typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?$/.exec(value) : null
  if (match) {
    const [, date = '', time = '00:00', fraction = '', zone = 'Z'] = match
    const seconds = new Date(`${date}T${time}${zone}`).getTime()
    const day = new Date(`${date}T00:00:00Z`)
    if (!Number.isNaN(seconds) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date)) {
      const nanoseconds = BigInt(fraction.padEnd(9, '0'))
      const perTick = 1_000_000n / ticks
      if (nanoseconds % perTick !== 0n) throw new RangeError(`${show(value)} is finer than the ${unit} of the column`)
      return BigInt(seconds) * ticks + nanoseconds / perTick
    }
  }
  throw wrongType(value, 'a Date, a text such as 2026-11-23T08:30:00Z, or a bigint in the unit of the column')
}

/** A decimal without its point, from a number, a `bigint` or a text such as `12.30`. */
function decimalToUnscaled(value: unknown, { scale = 0 }: ColumnType): bigint {
  if (typeof value === 'bigint') return value * 10n ** BigInt(scale)
  const text = typeof value === 'number' ? String(value) : value
  const match = typeof text === 'string' ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) : null
  if (!match) throw wrongType(value, 'a number or a text such as 12.30')
  const [, sign, whole, fraction = ''] = match
  const digits = fraction.replace(/0+$/, '')
  if (digits.length > scale) throw new RangeError(`${show(value)} has more than the ${scale} digits behind the point that the column has`)
  const unscaled = BigInt(`${whole}${digits.padEnd(scale, '0')}`)
  return sign ? -unscaled : unscaled
}

function wrongType(value: unknown, wanted: string): TypeError {
  return new TypeError(`${show(value)} is not ${wanted}`)
}

function show(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  return value instanceof Uint8Array ? `a ${value.constructor.name}` : (JSON.stringify(value) ?? String(value))
}
