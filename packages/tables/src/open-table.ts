import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ByteSource } from './bytes/byte-source.ts'
import { FolderSource } from './bytes/folder-source.ts'
import { FooterReader } from './footer/footer-reader.ts'
import { insteadOf } from './nearest-name.ts'
import { findFiles } from './open/find-files.ts'
import { readPartitions } from './partitions/read-partitions.ts'
import type { Field } from './schema/field.ts'
import type { TableSchema } from './schema/table-types.ts'
import { Table } from './table.ts'
import { TablesError } from './tables-error.ts'

/** How a table is opened. */
export interface OpenOptions<Schema extends TableSchema> {
  /**
   * What columns are. It types the table, is compared with the files, and says what partition columns are, which otherwise is inferred: `int32` or
   * `int64` for whole numbers without zeros in front, `date` for dates, else `string`. Columns that it leaves out are there all the same.
   */
  readonly schema?: Schema
  readonly signal?: AbortSignal
}

/**
 * Opens a table: lists its files and reads the footer of the first.
 *
 * @param location a folder of Parquet files at any depth, with `name=value` folders for partitions or without; a file; or a list of files, whose
 *   partitions are all the `name=value` folders of their paths. Names that begin with `_` or `.` are left out; every other file has to be Parquet.
 * @throws TablesError `not-found` where there is no file; `corrupt-file`; `schema-mismatch` where the schema is another; `unreadable`
 */
export async function openTable<const Schema extends TableSchema = TableSchema>(
  location: string | URL | readonly string[],
  options: OpenOptions<Schema> = {},
): Promise<Table<Schema>> {
  return await openTableFrom(new FolderSource(), Array.isArray(location) ? location.map(toPath) : toPath(location as string | URL), options)
}

/** The same over any source of bytes. */
export async function openTableFrom<Schema extends TableSchema>(
  source: ByteSource,
  location: string | readonly string[],
  { schema: declared, signal }: OpenOptions<Schema>,
): Promise<Table<Schema>> {
  const found = await findFiles(source, location, { signal })
  const [first] = found
  const name = typeof location === 'string' ? location : (location[0] ?? 'an empty list')
  if (!first) {
    const next = 'Give a folder with Parquet files, a file, or a list of files.'
    throw new TablesError('not-found', `Could not open the table ${name}: there are no files. ${next}`, { subject: name })
  }
  const partitions = readPartitions(found, declared ?? {})
  const footers = new FooterReader(source)
  const footer = await footers.read(first.file, { signal })
  const names = new Set(partitions.fields.map((field) => field.name))
  const columns = footer.fields.map(({ name: column, type, isNullable }): Field => ({ name: column, type, isNullable, isPartition: false }))
  const schema = [...columns.filter((field) => !names.has(field.name)), ...partitions.fields]
  if (declared) checkDeclared(declared, { schema, url: first.file.url })
  return new Table({ location: name, source, footers, files: partitions.files, schema })
}

function toPath(location: string | URL): string {
  if (location instanceof URL || location.startsWith('file:')) return fileURLToPath(location)
  return resolve(location)
}

function checkDeclared(declared: TableSchema, { schema, url }: { readonly schema: readonly Field[]; readonly url: string }): void {
  for (const [column, type] of Object.entries(declared)) {
    const field = schema.find(({ name }) => name === column)
    if (field?.type.name === type) continue
    const names = schema.map(({ name }) => name)
    const why = field ? `${url} has it as ${field.type.name}. Declare it so.` : `${url} has no such column. ${insteadOf(column, names)}`
    throw new TablesError('schema-mismatch', `Could not open the table with the column ${column} as ${type}: ${why}`, {
      subject: url,
      column,
    })
  }
}
