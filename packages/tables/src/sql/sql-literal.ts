import { formatNumber } from '../columns/format-number.ts'
import type { ColumnType } from '../schema/column-type.ts'
import type { Comparable } from '../where/comparable.ts'

/** A name as SQL takes it, whatever is in it. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL takes it. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Bytes as DuckDB takes them. */
export function sqlBytes(bytes: Uint8Array): string {
  return `'${Buffer.from(bytes)
    .toString('hex')
    .replaceAll(/../g, (byte) => `\\x${byte}`)}'::blob`
}

const makeTimestamp = { ms: 'make_timestamp_ms', us: 'make_timestamp', ns: 'make_timestamp_ns' } as const

/** A value of a column of this type, in DuckDB's SQL. Texts have to be UTF-8. */
export function sqlLiteral(value: Comparable, type: ColumnType): string {
  switch (type.name) {
    case 'boolean':
      return value === 0 ? 'false' : 'true'
    case 'date':
      return `(date '1970-01-01' + (${value}))`
    case 'timestamp':
      return `${makeTimestamp[type.unit ?? 'us']}(${value})${type.isUtc ? '::timestamptz' : ''}`
    case 'time':
      return `(time '00:00:00' + to_microseconds(${timeToMicroseconds(value, type)}))`
    case 'decimal':
      return `'${formatNumber(value as bigint, type)}'::decimal(38, ${type.scale ?? 0})`
    case 'string':
      return sqlText(Buffer.from(value as Uint8Array).toString())
    case 'uuid':
      return `'${Buffer.from(value as Uint8Array).toString('hex')}'::uuid`
    case 'bytes':
      return sqlBytes(value as Uint8Array)
    default:
      return Number.isInteger(value) || typeof value === 'bigint' ? `(${value})` : `'${value}'::double`
  }
}

function timeToMicroseconds(value: Comparable, { unit }: ColumnType): bigint {
  const ticks = BigInt(value as number | bigint)
  if (unit === 'ms') return ticks * 1_000n
  return unit === 'us' ? ticks : ticks / 1_000n
}
