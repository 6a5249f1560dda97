import { isUtf8 } from 'node:buffer'
import type { ColumnType } from '../schema/column-type.ts'
import type { Comparable } from '../where/comparable.ts'
import type { Predicate } from '../where/predicate.ts'
import { sqlBytes, sqlLiteral, sqlName } from './sql-literal.ts'

/** A predicate as DuckDB's SQL has it, with the meaning that it has in a scan: NaN is within no range. */
export function predicateToSql(predicate: Predicate): string {
  const name = sqlName(predicate.column)
  const values = predicate.matchesValues ? valuesToSql(predicate) : 'false'
  return predicate.matchesNull ? `(${name} is null or (${values}))` : `(${name} is not null and ${values})`
}

function valuesToSql({ column, type, lower, upper, among, except }: Predicate): string {
  const bounds = [lower, upper].flatMap((bound) => (bound ? [bound.value] : []))
  const all = [...bounds, ...(among ?? []), ...except]
  // What a text may begin with can end within a character: then it is no text, and bytes are compared, which is the same order.
  const isBinary = type.name === 'string' && all.some((value) => !isUtf8(value as Uint8Array))
  const left = leftSide(sqlName(column), { type, isBinary })
  const literal = (value: Comparable): string => (isBinary ? sqlBytes(value as Uint8Array) : sqlLiteral(value, type))
  const list = (values: readonly Comparable[]): string => values.map(literal).join(', ')
  const conditions: string[] = []
  if (lower) conditions.push(`${left} ${lower.isInclusive ? '>=' : '>'} ${literal(lower.value)}`)
  if (upper) conditions.push(`${left} ${upper.isInclusive ? '<=' : '<'} ${literal(upper.value)}`)
  // To DuckDB it is above all numbers.
  if (lower && (type.name === 'float32' || type.name === 'float64')) conditions.push(`not isnan(${left})`)
  if (among) conditions.push(among.length === 0 ? 'false' : `${left} in (${list(among)})`)
  if (except.length > 0) conditions.push(`${left} not in (${list(except)})`)
  return conditions.length === 0 ? 'true' : conditions.join(' and ')
}

function leftSide(name: string, { type, isBinary }: { readonly type: ColumnType; readonly isBinary: boolean }): string {
  if (isBinary) return `encode(${name})`
  // DuckDB 1.5.6 asks Bloom filters for the escaped text of a blob, and finds nothing. It asks none for an expression.
  return type.name === 'bytes' ? `(${name} || ''::blob)` : name
}
