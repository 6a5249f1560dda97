import { type FileMetaData, parquetSchema, type SchemaElement, type SchemaTree } from 'hyparquet'
import type { ColumnType, TimeUnit } from './column-type.ts'

/** How a flat column lies in the file. Plain data: it goes to threads. */
export interface Leaf {
  readonly name: string
  readonly type: ColumnType
  readonly physical: NonNullable<SchemaElement['type']>
  /** Bytes of each value of FIXED_LEN_BYTE_ARRAY. */
  readonly typeBytes: number | undefined
  readonly isNullable: boolean
}

/** A column of a file. */
export interface FileField {
  readonly name: string
  readonly type: ColumnType
  readonly isNullable: boolean
  /** Absent for nested columns. */
  readonly leaf: Leaf | undefined
  /** Which column chunks of each row group it has: from `firstChunk`, `chunks` of them. */
  readonly firstChunk: number
  readonly chunks: number
  /** Its own element of the schema, then those below it. */
  readonly elements: readonly SchemaElement[]
}

/** The columns of a file, in its order. */
export function readSchema(metadata: FileMetaData): FileField[] {
  let firstChunk = 0
  return parquetSchema(metadata).children.map((node) => {
    const chunks = countLeaves(node)
    const field = describeField(node, { firstChunk, chunks })
    firstChunk += chunks
    return field
  })
}

function countLeaves({ children }: SchemaTree): number {
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + countLeaves(child), 0)
}

function elementsOf({ element, children }: SchemaTree): SchemaElement[] {
  return [element, ...children.flatMap(elementsOf)]
}

function describeField(node: SchemaTree, position: Pick<FileField, 'firstChunk' | 'chunks'>): FileField {
  const { element, children } = node
  const { name, type: physical, type_length: typeBytes } = element
  const place = { ...position, elements: elementsOf(node) }
  const isNullable = element.repetition_type !== 'REQUIRED'
  if (children.length > 0 || element.repetition_type === 'REPEATED' || !physical)
    return { ...place, name, type: { name: 'nested' }, isNullable, leaf: undefined }
  const type = leafType(element, physical)
  return { ...place, name, type, isNullable, leaf: { name, type, physical, typeBytes, isNullable } }
}

const units = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' } as const satisfies Record<string, TimeUnit>

function leafType(element: SchemaElement, physical: NonNullable<SchemaElement['type']>): ColumnType {
  const { logical_type: logical, converted_type: converted } = element
  switch (logical?.type) {
    case 'TIMESTAMP':
      return { name: 'timestamp', unit: units[logical.unit], isUtc: logical.isAdjustedToUTC }
    case 'TIME':
      return { name: 'time', unit: units[logical.unit] }
    case 'DECIMAL':
      return { name: 'decimal', precision: logical.precision, scale: logical.scale }
    case 'UUID':
      return { name: 'uuid' }
    case 'FLOAT16':
      return { name: 'float32' }
    case 'INTEGER':
      return { name: `${logical.isSigned ? '' : 'u'}int${logical.bitWidth === 64 ? 64 : 32}` }
    case 'STRING':
    case 'ENUM':
    case 'JSON':
      return { name: 'string' }
    case 'DATE':
      return { name: 'date' }
  }
  switch (converted) {
    case 'UTF8':
    case 'ENUM':
    case 'JSON':
      return { name: 'string' }
    case 'DATE':
      return { name: 'date' }
    case 'TIME_MILLIS':
      return { name: 'time', unit: 'ms' }
    case 'TIME_MICROS':
      return { name: 'time', unit: 'us' }
    case 'TIMESTAMP_MILLIS':
      return { name: 'timestamp', unit: 'ms', isUtc: true }
    case 'TIMESTAMP_MICROS':
      return { name: 'timestamp', unit: 'us', isUtc: true }
    case 'DECIMAL':
      return { name: 'decimal', precision: element.precision ?? 0, scale: element.scale ?? 0 }
    case 'UINT_8':
    case 'UINT_16':
    case 'UINT_32':
      return { name: 'uint32' }
    case 'UINT_64':
      return { name: 'uint64' }
  }
  return physicalTypes[physical]
}

const physicalTypes: Readonly<Record<NonNullable<SchemaElement['type']>, ColumnType>> = {
  BOOLEAN: { name: 'boolean' },
  INT32: { name: 'int32' },
  INT64: { name: 'int64' },
  INT96: { name: 'timestamp', unit: 'ns', isUtc: true },
  FLOAT: { name: 'float32' },
  DOUBLE: { name: 'float64' },
  BYTE_ARRAY: { name: 'bytes' },
  FIXED_LEN_BYTE_ARRAY: { name: 'bytes' },
}
