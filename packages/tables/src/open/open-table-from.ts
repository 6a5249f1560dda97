import { availableParallelism } from 'node:os'
import type { ByteSource } from '../bytes/byte-source.ts'
import { FooterReader } from '../footer/footer-reader.ts'
import { insteadOf } from '../nearest-name.ts'
import { readPartitions } from '../partitions/read-partitions.ts'
import type { Field } from '../schema/field.ts'
import type { TableSchema } from '../schema/table-types.ts'
import { Table } from '../table.ts'
import { TablesError } from '../tables-error.ts'
import { findFiles } from './find-files.ts'
import type { OpenOptions } from './open-options.ts'

/** More threads than this wait for the one that hands out their work. */
const maxThreads = 8

const defaultThreads = (): number => Math.min(maxThreads, availableParallelism())

/** How a table over a source is opened. */
interface SourceOptions<Schema extends TableSchema> extends Omit<OpenOptions<Schema>, 's3'> {
  /** Decoded bytes of a scan from which threads are used. */
  readonly leastThreadBytes?: number
  readonly close?: () => Promise<void>
}

/** Opens a table over any source of bytes. @throws as `openTable` */
export async function openTableFrom<Schema extends TableSchema>(
  source: ByteSource,
  location: string | readonly string[],
  { schema: declared, signal, threads = defaultThreads(), leastThreadBytes, close = async () => {} }: SourceOptions<Schema>,
): Promise<Table<Schema>> {
  if (!Number.isSafeInteger(threads) || threads < 1) throw new RangeError(`A table cannot be decoded on ${threads} threads.`)
  const found = await findFiles(source, location, { signal })
  const [first] = found
  const name = typeof location === 'string' ? location : (location[0] ?? 'an empty list')
  if (!first) {
    const next = 'Give a folder with Parquet files, a file, or a list of files.'
    throw new TablesError('not-found', `Could not open the table ${name}: there are no files. ${next}`, { subject: name })
  }
  const partitions = readPartitions(found, declared ?? {})
  const [anyFile] = partitions.files
  if (!anyFile) throw new TypeError('A file has no partition.')
  const footers = new FooterReader(source)
  const footer = await footers.read(first.file, { signal })
  const names = new Set(partitions.fields.map((field) => field.name))
  const columns = footer.fields.map(({ name: column, type, isNullable }): Field => ({ name: column, type, isNullable, isPartition: false }))
  const schema = [...columns.filter((field) => !names.has(field.name)), ...partitions.fields]
  if (declared) checkDeclared(declared, { schema, url: first.file.url })
  return new Table({ location: name, source, footers, files: partitions.files, anyFile, schema, threads, leastThreadBytes, close })
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
