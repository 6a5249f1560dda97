/** What the values of a column are. */
export type ColumnTypeName =
  | 'boolean'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'decimal'
  | 'string'
  | 'uuid'
  | 'bytes'
  | 'nested'

/** The unit of times and timestamps. */
export type TimeUnit = 'ms' | 'us' | 'ns'

/** What the values of a column are, and in which unit. */
export interface ColumnType {
  /** Integers of 8 and 16 bits are `int32` and `uint32`; 16-bit floats are `float32`; lists, structs and maps are `nested`. */
  readonly name: ColumnTypeName
  /** Of `time` and `timestamp`. */
  readonly unit?: TimeUnit
  /** Of `timestamp`: an instant, and not a wall clock's reading. */
  readonly isUtc?: boolean
  /** Of `decimal`: how many digits there are in all. */
  readonly precision?: number
  /** Of `decimal`: how many digits are behind the point. */
  readonly scale?: number
}

/** As a message tells it: `timestamp(us)`, `decimal(12, 2)`. */
export function describeType({ name, unit, precision, scale }: ColumnType): string {
  if (unit !== undefined) return `${name}(${unit})`
  return precision === undefined ? name : `${name}(${precision}, ${scale ?? 0})`
}

/** Whether values of both types mean the same. */
export function isSameType(a: ColumnType, b: ColumnType): boolean {
  return a.name === b.name && a.unit === b.unit && a.isUtc === b.isUtc && a.precision === b.precision && a.scale === b.scale
}
