import type { ByteSlices } from '../encodings/byte-slices.ts'
import type { Validity } from './validity.ts'

/** Arrays of numbers, by what they hold. */
export type NumberArray = Uint8Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array

/** Numbers of a fixed width; nulls are 0. */
export interface NumberData {
  readonly kind: 'numbers'
  readonly values: NumberArray
  readonly validity: Validity | undefined
}

/** Texts or bytes as places in a list of values; nulls have the code 0. */
export interface CodedData {
  readonly kind: 'coded'
  readonly codes: Int32Array
  readonly slices: ByteSlices
  readonly validity: Validity | undefined
}

/** Values that only objects can hold; nulls are `null`. */
export interface ObjectData {
  readonly kind: 'objects'
  readonly values: readonly unknown[]
}

/** The values of a column, one after another. Plain data: it goes between threads. */
export type ColumnData = NumberData | CodedData | ObjectData

/** How many rows there are. */
export function rowCount(data: ColumnData): number {
  return data.kind === 'coded' ? data.codes.length : data.values.length
}
