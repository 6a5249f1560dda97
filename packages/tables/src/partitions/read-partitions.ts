import type { FoundFile } from '../open/find-files.ts'
import type { TableFile } from '../scan/table-file.ts'
import type { ColumnType } from '../schema/column-type.ts'
import type { Field } from '../schema/field.ts'
import type { TableSchema } from '../schema/table-types.ts'
import { TablesError } from '../tables-error.ts'
import { parseHivePath } from './hive-path.ts'
import { inferPartitionType, parsePartitionValue } from './partition-types.ts'

const declarable: readonly string[] = ['boolean', 'int32', 'int64', 'float64', 'date', 'timestamp', 'string']

/**
 * Reads the partitions of files from their paths.
 *
 * @throws TablesError `schema-mismatch` where files have different partition columns, or a value is not of the type that was declared
 * @throws TypeError for a declared type that no folder's name can have
 */
export function readPartitions(
  found: readonly FoundFile[],
  declared: TableSchema,
): { readonly fields: readonly Field[]; readonly files: readonly TableFile[] } {
  const parsed = found.map(({ file, path }) => ({ file, values: parseHivePath(path) }))
  const names = parsed[0]?.values.map(([name]) => name) ?? []
  for (const { file, values } of parsed) {
    const own = values.map(([name]) => name)
    if (own.join('/') === names.join('/')) continue
    const [first] = parsed
    const message = `Could not read the partition of ${file.url}: it is by ${own.join(', ') || 'nothing'}, and that of ${first?.file.url} by ${names.join(', ') || 'nothing'}. Put files of one table into folders of one kind.`
    throw new TablesError('schema-mismatch', message, { subject: file.url })
  }
  const fields = names.map((name, index): Field => {
    const texts = parsed.map(({ values }) => values[index]?.[1] ?? null)
    return { name, type: partitionType(name, { declared, texts }), isNullable: texts.includes(null), isPartition: true }
  })
  const files = parsed.map(({ file, values }): TableFile => {
    const entries = fields.map(({ name, type }, index) => {
      const text = values[index]?.[1] ?? null
      return [name, parsePartitionValue(text, { column: name, type, url: file.url })] as const
    })
    return { file, partition: new Map(entries) }
  })
  return { fields, files }
}

function partitionType(
  column: string,
  { declared, texts }: { readonly declared: TableSchema; readonly texts: readonly (string | null)[] },
): ColumnType {
  const name = declared[column]
  if (name === undefined) return inferPartitionType(texts)
  if (!declarable.includes(name))
    throw new TypeError(`The partition column ${column} cannot be ${name}. It can be ${declarable.join(', ')}.`)
  return name === 'timestamp' ? { name, unit: 'us', isUtc: false } : { name }
}
