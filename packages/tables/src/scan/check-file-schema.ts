import type { Footer } from '../footer/footer.ts'
import { describeType, isSameType } from '../schema/column-type.ts'
import type { Field } from '../schema/field.ts'
import { TablesError } from '../tables-error.ts'

/** @throws TablesError `schema-mismatch` where a file has other columns than the table, or a column of another type. */
export function checkFileSchema(
  { fields: own }: Footer,
  { url, fields }: { readonly url: string; readonly fields: readonly Field[] },
): void {
  const byName = new Map(own.map((field) => [field.name, field]))
  for (const { name, type, isPartition } of fields) {
    const field = byName.get(name)
    byName.delete(name)
    if (isPartition) continue
    if (!field) throw mismatch(url, name, 'has no such column')
    if (!isSameType(field.type, type))
      throw mismatch(url, name, `has it as ${describeType(field.type)} and the table's first file as ${describeType(type)}`)
  }
  for (const name of byName.keys()) throw mismatch(url, name, "has it and the table's first file has not")
}

function mismatch(url: string, column: string, how: string): TablesError {
  const message = `Could not read the column ${column} of ${url} with the rest of the table: the file ${how}. Write the files with one schema, or open them apart.`
  return new TablesError('schema-mismatch', message, { subject: url, column })
}
