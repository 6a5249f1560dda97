import type { SchemaElement } from 'hyparquet-writer'
import type { ColumnType } from '../schema/column-type.ts'

const units = { ms: 'MILLIS', us: 'MICROS', ns: 'NANOS' } as const

/** A column as a file's schema has it. What `readSchema` makes of it is the type again. */
export function schemaElement(
  name: string,
  { type, isNullable }: { readonly type: ColumnType; readonly isNullable: boolean },
): SchemaElement {
  const place = { name, repetition_type: isNullable ? 'OPTIONAL' : 'REQUIRED' } as const
  switch (type.name) {
    case 'boolean':
      return { ...place, type: 'BOOLEAN' }
    case 'int32':
      return { ...place, type: 'INT32' }
    case 'uint32':
      return { ...place, type: 'INT32', converted_type: 'UINT_32' }
    case 'int64':
      return { ...place, type: 'INT64' }
    case 'uint64':
      return { ...place, type: 'INT64', converted_type: 'UINT_64' }
    case 'float32':
      return { ...place, type: 'FLOAT' }
    case 'float64':
      return { ...place, type: 'DOUBLE' }
    case 'date':
      return { ...place, type: 'INT32', converted_type: 'DATE' }
    case 'timestamp':
      return {
        ...place,
        type: 'INT64',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: type.isUtc ?? true, unit: units[type.unit ?? 'us'] },
      }
    case 'decimal':
      return { ...place, type: 'INT64', converted_type: 'DECIMAL', precision: type.precision ?? 18, scale: type.scale ?? 0 }
    case 'string':
      return { ...place, type: 'BYTE_ARRAY', converted_type: 'UTF8' }
    case 'uuid':
      return { ...place, type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } }
    default:
      return { ...place, type: 'BYTE_ARRAY' }
  }
}
