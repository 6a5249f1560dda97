import type { Data, DataType, Vector } from 'apache-arrow'
import type { NumberArray } from '../column-data/column-data.ts'
import type { Column, NumberColumn, ObjectColumn, TextColumn } from '../columns/column.ts'
import type { ColumnType } from '../schema/column-type.ts'
import { type Arrow, shapeOf, shapeToArrow } from './value-shape.ts'

/**
 * A column as Arrow has it. Numbers, dates, times, codes and bitmaps share the column's memory; truth values and decimals have another layout in Arrow
 * and are copied, and so are the entries of a dictionary, unless they lie one after another.
 *
 * @throws TypeError for a nested column whose values are of several kinds
 */
export function columnToVector(arrow: Arrow, column: Column): Vector {
  const data = columnToData(arrow, column)
  return new arrow.Vector([data])
}

function columnToData(arrow: Arrow, column: Column): Data {
  if (column.kind === 'texts') return textData(arrow, column)
  if (column.kind === 'numbers') return numberData(arrow, column)
  return column.type.name === 'decimal' ? wideDecimalData(arrow, column) : nestedData(arrow, column)
}

function numberData(arrow: Arrow, { values, validity, type, length }: NumberColumn): Data {
  const common = { length, nullBitmap: validity ?? null, nullCount: validity ? -1 : 0 }
  if (type.name === 'boolean') return arrow.makeData({ ...common, type: new arrow.Bool(), data: packBits(values) })
  if (type.name === 'decimal') {
    const wide = new BigInt64Array(2 * length)
    for (let row = 0; row < length; row += 1) {
      const value = BigInt(values[row] ?? 0)
      wide[2 * row] = value
      wide[2 * row + 1] = value >> 63n
    }
    return arrow.makeData({ ...common, type: decimalType(arrow, type), data: new Uint32Array(wide.buffer) })
  }
  // Each type with the array that belongs to it, which TypeScript cannot follow.
  return arrow.makeData({ ...common, type: numberType(arrow, { values, type }), data: values } as Parameters<typeof arrow.makeData>[0])
}

function decimalType(arrow: Arrow, { precision = 18, scale = 0 }: ColumnType): InstanceType<Arrow['Decimal']> {
  return new arrow.Decimal(scale, precision, 128)
}

const timestamps = { ms: 'TimestampMillisecond', us: 'TimestampMicrosecond', ns: 'TimestampNanosecond' } as const
const times = { ms: 'TimeMillisecond', us: 'TimeMicrosecond', ns: 'TimeNanosecond' } as const

function numberType(arrow: Arrow, { values, type }: { readonly values: NumberArray; readonly type: ColumnType }): DataType {
  if (type.name === 'date') return new arrow.DateDay()
  if (type.name === 'timestamp') return new arrow[timestamps[type.unit ?? 'us']](type.isUtc ? 'UTC' : null)
  if (type.name === 'time') return new arrow[times[type.unit ?? 'us']]()
  if (values instanceof Float64Array) return new arrow.Float64()
  if (values instanceof Float32Array) return new arrow.Float32()
  if (values instanceof BigInt64Array) return new arrow.Int64()
  if (values instanceof BigUint64Array) return new arrow.Uint64()
  return values instanceof Uint32Array ? new arrow.Uint32() : new arrow.Int32()
}

function packBits(values: NumberArray): Uint8Array {
  const bits = new Uint8Array((values.length + 7) >> 3)
  for (let row = 0; row < values.length; row += 1) if (values[row] !== 0) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7))
  return bits
}

function textData(arrow: Arrow, { codes, dictionary, validity, type, length, name }: TextColumn): Data {
  const { bytes, offsets } = dictionary.pack()
  const last = offsets.at(-1) ?? 0
  if (last > 0x7fffffff)
    throw new RangeError(`The texts of ${name} take ${last} bytes, and Arrow holds 2 GiB: make tables of parts of the rows.`)
  const valueType = type.name === 'bytes' ? new arrow.Binary() : new arrow.Utf8()
  const entries = {
    length: dictionary.size,
    nullCount: 0,
    data: bytes,
    valueOffsets: new Int32Array(offsets.buffer, offsets.byteOffset, offsets.length),
  }
  const values = new arrow.Vector([arrow.makeData({ ...entries, type: valueType } as Parameters<typeof arrow.makeData>[0])])
  const common = { length, nullBitmap: validity ?? null, nullCount: validity ? -1 : 0 }
  const dictionaryType = new arrow.Dictionary<DataType, InstanceType<Arrow['Int32']>>(valueType, new arrow.Int32())
  return arrow.makeData({ ...common, type: dictionaryType, data: codes, dictionary: values })
}

/** Decimals of more than 18 digits: 128 bits each, the lowest first. */
function wideDecimalData(arrow: Arrow, { values, type, length }: ObjectColumn): Data {
  const words = new BigUint64Array(2 * length)
  const validity = new Uint8Array((length + 7) >> 3)
  for (const [row, value] of values.entries()) {
    if (typeof value !== 'bigint') continue
    words[2 * row] = BigInt.asUintN(64, value)
    words[2 * row + 1] = BigInt.asUintN(64, value >> 64n)
    validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7))
  }
  return arrow.makeData({
    type: decimalType(arrow, type),
    length,
    nullCount: -1,
    nullBitmap: validity,
    data: new Uint32Array(words.buffer),
  })
}

function nestedData(arrow: Arrow, { values, name }: ObjectColumn): Data {
  try {
    const builder = arrow.makeBuilder({ type: shapeToArrow(arrow, shapeOf(values)), nullValues: [null, undefined] })
    for (const value of values) builder.append(value)
    return builder.finish().flush()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`Could not make an Arrow column of ${name}: ${reason}.`, { cause })
  }
}
