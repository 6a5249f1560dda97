import type { ColumnType } from '../schema/column-type.ts'
import type { ColumnData, NumberArray } from './column-data.ts'

/** No rows of a type. */
export function emptyData({ name, precision = 0, unit }: ColumnType): ColumnData {
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
