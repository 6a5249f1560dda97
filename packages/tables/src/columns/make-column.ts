import type { ColumnData } from '../column-data/column-data.ts'
import { rowCount } from '../column-data/column-data.ts'
import { type RowRange, sliceRows } from '../column-data/select-rows.ts'
import type { ColumnType } from '../schema/column-type.ts'
import type { Comparable } from '../where/comparable.ts'
import { type Column, NumberColumn, ObjectColumn, TextColumn } from './column.ts'
import { TextDictionary } from './text-dictionary.ts'

/** A column of a row group, of which batches are parts. */
export interface ColumnParts {
  readonly rows: number
  part(range: RowRange): Column
}

/** A column from decoded values. Its parts share memory and strings. */
export function columnParts(data: ColumnData, { name, type }: { readonly name: string; readonly type: ColumnType }): ColumnParts {
  const kind = type.name === 'uuid' || type.name === 'bytes' ? type.name : 'string'
  const dictionary = data.kind === 'coded' ? new TextDictionary(data.slices, kind) : undefined
  return {
    rows: rowCount(data),
    part: (range) => {
      const part = sliceRows(data, range)
      if (part.kind === 'objects') return new ObjectColumn(part.values, { name, type })
      const { validity } = part
      if (part.kind === 'coded' && dictionary) return new TextColumn(part.codes, { name, type, validity, dictionary })
      if (part.kind === 'numbers') return new NumberColumn(part.values, { name, type, validity })
      throw new TypeError(`The column ${name} is of no kind.`)
    },
  }
}

/** A column with the same value in every row: what a partition is. */
export function constantData(value: Comparable | null, { type, rows }: { readonly type: ColumnType; readonly rows: number }): ColumnData {
  const validity = value === null ? new Uint8Array((rows + 7) >> 3) : undefined
  switch (type.name) {
    case 'boolean':
      return { kind: 'numbers', values: new Uint8Array(rows).fill(Number(value ?? 0)), validity }
    case 'int32':
    case 'date':
      return { kind: 'numbers', values: new Int32Array(rows).fill(Number(value ?? 0)), validity }
    case 'float64':
      return { kind: 'numbers', values: new Float64Array(rows).fill(Number(value ?? 0)), validity }
    case 'int64':
    case 'timestamp':
      return { kind: 'numbers', values: new BigInt64Array(rows).fill(BigInt((value as bigint | null) ?? 0n)), validity }
    default: {
      const bytes = value instanceof Uint8Array ? value : new Uint8Array()
      const slices = { bytes, starts: Uint32Array.of(0), ends: Uint32Array.of(bytes.length) }
      return { kind: 'coded', codes: new Int32Array(rows), slices, validity }
    }
  }
}
