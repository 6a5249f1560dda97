import type { SchemaElement } from 'hyparquet-writer'
import type { Column } from '../columns/column.ts'
import type { ColumnType, ColumnTypeName } from '../schema/column-type.ts'
import { toComparable } from '../where/comparable.ts'
import { schemaElement } from './schema-element.ts'

/** Numbers as they are in memory. */
export type InputArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/** A column to write: a typed array, values of which each may be `null`, or a column of a scan. */
export type ColumnInput = InputArray | readonly unknown[] | Column

/** Types that can be written. */
export type WritableTypeName = Exclude<ColumnTypeName, 'nested' | 'time'>

/** A column in the form in which hyparquet-writer takes it. */
export interface WrittenColumn {
  readonly name: string
  readonly type: ColumnType
  readonly element: SchemaElement
  /** A typed array, or values with `null` for null. */
  readonly values: InputArray | readonly unknown[]
}

/**
 * Looks at every value of a column and gives it a type: the declared one, or that of the array, or that of its first value. Numbers in plain arrays are
 * `float64`.
 *
 * @throws TypeError, RangeError for a value that the type does not hold, with its row
 */
export function toWrittenColumn(name: string, input: ColumnInput, declared: WritableTypeName | undefined): WrittenColumn {
  if (isColumn(input)) return fromColumn(name, input)
  if (!Array.isArray(input)) {
    if (!ArrayBuffer.isView(input) || input instanceof DataView) throw new TypeError(`The column ${name} is not an array.`)
    const own = arrayType(input as InputArray)
    if (declared === undefined || declared === own)
      return {
        name,
        type: { name: own },
        element: schemaElement(name, { type: { name: own }, isNullable: false }),
        values: widen(input as InputArray),
      }
    return fromValues(name, Array.from<unknown>(input as Int32Array), declared)
  }
  return fromValues(name, input, declared ?? valuesType(name, input))
}

function isColumn(input: ColumnInput): input is Column {
  return 'kind' in input && 'toArray' in input
}

/** A column of a scan keeps its type, its unit and its nulls. */
function fromColumn(name: string, column: Column): WrittenColumn {
  const { type } = column
  if (type.name === 'nested' || type.name === 'time' || column.kind === 'objects')
    throw new TypeError(
      `The column ${name} is ${type.name} and cannot be written: lists, structs, times and decimals of more than 18 digits are only read.`,
    )
  const hasNulls = column.validity !== undefined
  const element = schemaElement(name, { type, isNullable: hasNulls })
  if (column.kind === 'texts') return { name, type, element, values: column.toArray() }
  if (type.name === 'boolean') return { name, type, element, values: column.toArray() }
  const { values } = column
  return {
    name,
    type,
    element,
    values: hasNulls ? Array.from<unknown, unknown>(values, (value, row) => (column.isNull(row) ? null : value)) : values,
  }
}

function fromValues(name: string, input: readonly unknown[], typeName: WritableTypeName): WrittenColumn {
  const type: ColumnType = typeName === 'timestamp' ? { name: typeName, unit: 'us', isUtc: true } : { name: typeName }
  if (typeName === 'decimal')
    throw new TypeError(
      `The column ${name} cannot be written as decimal from plain values: only columns of a scan say how many digits there are.`,
    )
  let hasNulls = false
  const values = input.map((value, row) => {
    if (value === null || value === undefined) {
      hasNulls = true
      return null
    }
    try {
      return toWritten(value, type)
    } catch (cause) {
      const message = `The column ${name} cannot be written as ${typeName}: in row ${row}, ${cause instanceof Error ? cause.message : cause}.`
      throw cause instanceof RangeError ? new RangeError(message, { cause }) : new TypeError(message, { cause })
    }
  })
  return { name, type, element: schemaElement(name, { type, isNullable: hasNulls }), values }
}

const limits = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const

function toWritten(value: unknown, type: ColumnType): unknown {
  switch (type.name) {
    case 'float32':
    case 'float64':
      if (typeof value === 'number') return value
      return toComparable(value, type)
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64': {
      const number = toComparable(value, type)
      const [least, most] = limits[type.name]
      if (typeof number === 'number' && !Number.isInteger(number)) throw new TypeError(`${number} is not a whole number`)
      if (typeof number === 'object' || number < least || number > most) throw new RangeError(`${value} is outside of ${least} to ${most}`)
      return number
    }
    case 'boolean':
    case 'string':
    case 'uuid':
    case 'bytes':
      toComparable(value, type)
      return value
    default:
      return toComparable(value, type)
  }
}

function arrayType(input: InputArray): WritableTypeName {
  if (input instanceof Float64Array) return 'float64'
  if (input instanceof Float32Array) return 'float32'
  if (input instanceof BigInt64Array) return 'int64'
  if (input instanceof BigUint64Array) return 'uint64'
  return input instanceof Uint8Array || input instanceof Uint16Array || input instanceof Uint32Array ? 'uint32' : 'int32'
}

function widen(input: InputArray): InputArray {
  if (input instanceof Int8Array || input instanceof Int16Array) return Int32Array.from(input)
  if (input instanceof Uint8Array || input instanceof Uint16Array) return Uint32Array.from(input)
  return input
}

/** The type of the first value that is not null. */
function valuesType(name: string, input: readonly unknown[]): WritableTypeName {
  const first = input.find((value) => value !== null && value !== undefined)
  if (typeof first === 'number') return 'float64'
  if (typeof first === 'bigint') return 'int64'
  if (typeof first === 'boolean') return 'boolean'
  if (typeof first === 'string') return 'string'
  if (first instanceof Date) return 'timestamp'
  if (first instanceof Uint8Array) return 'bytes'
  const why = first === undefined ? 'it has no value that shows its type' : 'lists and objects are only read'
  throw new TypeError(`The column ${name} cannot be written: ${why}. Give its type in the schema.`)
}
