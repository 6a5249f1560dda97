import { type ByteSlices, joinSlices } from '../encodings/byte-slices.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import type { ColumnType } from '../schema/column-type.ts'
import { type ColumnData, type NumberArray, rowCount } from './column-data.ts'
import { emptyData } from './empty-data.ts'
import { joinValidity } from './join-validity.ts'

/** The values of several parts of a column as one. */
export function joinColumnData(parts: readonly ColumnData[], type: ColumnType): ColumnData {
  const [first] = parts
  if (!first) return emptyData(type)
  if (parts.length === 1) return first
  const rows = parts.reduce((sum, part) => sum + rowCount(part), 0)
  if (first.kind === 'objects') return { kind: 'objects', values: parts.flatMap((part) => (part.kind === 'objects' ? part.values : [])) }
  const validity = joinValidity(parts, rows)
  if (first.kind === 'numbers') {
    const values = new (first.values.constructor as new (length: number) => NumberArray)(rows)
    let at = 0
    for (const part of parts) {
      if (part.kind !== 'numbers') throw mixed()
      ;(values as { set(from: NumberArray, at: number): void }).set(part.values, at)
      at += part.values.length
    }
    return { kind: 'numbers', values, validity }
  }
  const codes = new Int32Array(rows)
  const lists: ByteSlices[] = []
  let at = 0
  let entries = 0
  for (const part of parts) {
    if (part.kind !== 'coded') throw mixed()
    for (let row = 0; row < part.codes.length; row += 1) codes[at + row] = (part.codes[row] as number) + entries
    at += part.codes.length
    // Row groups of one file never share a list; parts of one row group may.
    lists.push(part.slices)
    entries += part.slices.starts.length
  }
  return { kind: 'coded', codes, slices: joinSlices(lists), validity }
}

function mixed(): MalformedData {
  return new MalformedData('the parts of a column are of different kinds')
}
