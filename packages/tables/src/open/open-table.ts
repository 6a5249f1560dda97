import type { TableSchema } from '../schema/table-types.ts'
import type { Table } from '../table.ts'
import type { OpenOptions } from './open-options.ts'
import { openSource } from './open-source.ts'
import { openTableFrom } from './open-table-from.ts'

/**
 * Opens a table: lists its files and reads the footer of the first.
 *
 * @param location a path or an `s3://` URL: a folder of Parquet files at any depth, with `name=value` folders for partitions or without; a file; or a list of files, whose
 *   partitions are all the `name=value` folders of their paths. Names that begin with `_` or `.` are left out; every other file has to be Parquet.
 * @throws TablesError `not-found` where there is no file; `corrupt-file`; `schema-mismatch` where the schema is another; `unreadable`
 */
export async function openTable<const Schema extends TableSchema = TableSchema>(
  location: string | URL | readonly string[],
  options: OpenOptions<Schema> = {},
): Promise<Table<Schema>> {
  const isList = Array.isArray(location)
  const opened = await openSource(isList ? location : [location as string | URL], options.s3)
  try {
    return await openTableFrom(opened.source, isList ? opened.urls : (opened.urls[0] ?? ''), { ...options, close: opened.close })
  } catch (error) {
    await opened.close()
    throw error
  }
}
