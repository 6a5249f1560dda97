import type { NumberColumn, ObjectColumn, TextColumn } from '../columns/column.ts'
import type { Condition } from '../where/parse-where.ts'
import type { ColumnTypeName } from './column-type.ts'

/** What the columns of a table are said to be, by name: `{ ds: 'date', country: 'string', amount: 'float64' }`. */
export type TableSchema = Readonly<Record<string, ColumnTypeName>>

interface Values {
  boolean: boolean
  int32: number
  uint32: number
  int64: bigint
  uint64: bigint
  float32: number
  float64: number
  date: Date
  time: number | bigint
  timestamp: Date
  decimal: string
  string: string
  uuid: string
  bytes: Uint8Array
  nested: unknown
}

interface Columns {
  boolean: NumberColumn<Uint8Array>
  int32: NumberColumn<Int32Array>
  uint32: NumberColumn<Uint32Array>
  int64: NumberColumn<BigInt64Array>
  uint64: NumberColumn<BigUint64Array>
  float32: NumberColumn<Float32Array>
  float64: NumberColumn<Float64Array>
  date: NumberColumn<Int32Array>
  time: NumberColumn<Int32Array | BigInt64Array>
  timestamp: NumberColumn<BigInt64Array>
  decimal: NumberColumn<BigInt64Array> | ObjectColumn
  string: TextColumn<string>
  uuid: TextColumn<string>
  bytes: TextColumn<Uint8Array>
  nested: ObjectColumn
}

interface Conditions {
  boolean: boolean
  int32: number
  uint32: number
  int64: number | bigint
  uint64: number | bigint
  float32: number
  float64: number
  date: Date | string
  time: number | bigint
  timestamp: Date | string | bigint
  decimal: string | number | bigint
  string: string
  uuid: string
  bytes: Uint8Array
  nested: never
}

/** A row: values by column. */
export type Row<Schema extends TableSchema> = { readonly [Name in keyof Schema]: Values[Schema[Name]] | null }

/** Columns by name. */
export type ColumnsOf<Schema extends TableSchema> = { readonly [Name in keyof Schema]: Columns[Schema[Name]] }

/** What rows have to be: a condition for any column, all of which hold. Without a schema any value is taken, and checked when the scan begins. */
export type Where<Schema extends TableSchema> = {
  readonly [Name in keyof Schema]?: string extends Name ? unknown : Condition<Conditions[Schema[Name]]>
}
