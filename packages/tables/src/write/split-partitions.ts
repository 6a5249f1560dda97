import { formatHivePath } from '../partitions/format-hive-path.ts'
import type { ColumnType } from '../schema/column-type.ts'
import type { WrittenColumn } from './written-column.ts'

/** Rows that go into one file. */
export interface PartitionRows {
  /** `ds=2026-11-23/country=FI`; empty without partitions. */
  readonly path: string
  readonly columns: readonly WrittenColumn[]
  readonly rows: number
}

const partitionable: readonly string[] = ['boolean', 'int32', 'uint32', 'int64', 'uint64', 'date', 'string', 'uuid']

/**
 * Splits rows by the values of some columns, which the files then do not have. Rows keep their order; partitions are in the order of their first rows.
 *
 * @throws TypeError for a column of a type that no folder can be named after
 */
export function splitPartitions(columns: readonly WrittenColumn[], by: readonly string[]): PartitionRows[] {
  const keys = by.flatMap((name) => columns.filter((column) => column.name === name))
  const rest = columns.filter(({ name }) => !by.includes(name))
  const rowCount = columns[0]?.values.length ?? 0
  if (keys.length === 0) return [{ path: '', columns: rest, rows: rowCount }]
  for (const { name, type } of keys) {
    if (!partitionable.includes(type.name))
      throw new TypeError(`A table cannot be partitioned by ${name}, which is ${type.name}. Partition by ${partitionable.join(', ')}.`)
  }
  const byPath = new Map<string, number[]>()
  for (let row = 0; row < rowCount; row += 1) {
    const path = formatHivePath(keys.map(({ name, type, values }) => [name, partitionText(values[row], type)]))
    const rows = byPath.get(path)
    if (rows) rows.push(row)
    else byPath.set(path, [row])
  }
  return [...byPath].map(([path, rows]) => ({ path, rows: rows.length, columns: rest.map((column) => takeValues(column, rows)) }))
}

function partitionText(value: unknown, { name }: ColumnType): string | null {
  if (value === null || value === undefined) return null
  return name === 'date' ? new Date(Number(value) * 86_400_000).toISOString().slice(0, 10) : String(value)
}

function takeValues(column: WrittenColumn, rows: readonly number[]): WrittenColumn {
  const { values } = column
  if (Array.isArray(values)) return { ...column, values: rows.map((row) => values[row]) }
  const taken = new (values.constructor as new (length: number) => Record<number, unknown> & WrittenColumn['values'])(rows.length)
  for (const [index, row] of rows.entries()) taken[index] = values[row]
  return { ...column, values: taken }
}
