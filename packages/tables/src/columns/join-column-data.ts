import { type ColumnData, type NumberArray, rowCount } from '../decode/column-data.ts'
import type { Validity } from '../decode/validity.ts'
import { type ByteSlices, joinSlices } from '../encodings/byte-slices.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import type { ColumnType } from '../schema/column-type.ts'

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

function joinValidity(parts: readonly ColumnData[], rows: number): Validity | undefined {
  if (parts.every((part) => part.kind === 'objects' || !part.validity)) return undefined
  const validity = new Uint8Array((rows + 7) >> 3).fill(255)
  let at = 0
  for (const part of parts) {
    const count = rowCount(part)
    if (part.kind !== 'objects' && part.validity) {
      for (let row = 0; row < count; row += 1) {
        if (((part.validity[row >> 3] as number) & (1 << (row & 7))) !== 0) continue
        validity[(at + row) >> 3] = (validity[(at + row) >> 3] as number) & ~(1 << ((at + row) & 7))
      }
    }
    at += count
  }
  return validity
}

function mixed(): MalformedData {
  return new MalformedData('the parts of a column are of different kinds')
}

/** No rows of a type. */
function emptyData({ name, precision = 0, unit }: ColumnType): ColumnData {
  const numbers = (values: NumberArray): ColumnData => ({ kind: 'numbers', values, validity: undefined })
  switch (name) {
    case 'boolean':
      return numbers(new Uint8Array())
    case 'int32':
    case 'date':
      return numbers(new Int32Array())
    case 'uint32':
      return numbers(new Uint32Array())
    case 'time':
      return numbers(unit === 'ms' ? new Int32Array() : new BigInt64Array())
    case 'int64':
    case 'timestamp':
      return numbers(new BigInt64Array())
    case 'uint64':
      return numbers(new BigUint64Array())
    case 'float32':
      return numbers(new Float32Array())
    case 'float64':
      return numbers(new Float64Array())
    case 'decimal':
      return precision > 18 ? { kind: 'objects', values: [] } : numbers(new BigInt64Array())
    case 'nested':
      return { kind: 'objects', values: [] }
    default:
      return {
        kind: 'coded',
        codes: new Int32Array(),
        slices: { bytes: new Uint8Array(), starts: new Uint32Array(), ends: new Uint32Array() },
        validity: undefined,
      }
  }
}
