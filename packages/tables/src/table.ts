import type { ByteSource } from './bytes/byte-source.ts'
import { columnParts, constantData } from './columns/make-column.ts'
import type { FooterReader } from './footer/footer-reader.ts'
import { insteadOf } from './nearest-name.ts'
import { partitionKey } from './partitions/partition-key.ts'
import { Scan } from './scan/scan.ts'
import { type RowGroupScan, scanRowGroups } from './scan/scan-row-groups.ts'
import type { TableFile } from './scan/table-file.ts'
import type { Field } from './schema/field.ts'
import type { Row, TableSchema, Where } from './schema/table-types.ts'
import { parseWhere } from './where/parse-where.ts'
import { matchesValue, type Predicate } from './where/predicate.ts'

/** Which rows of a table. */
export interface RowChoice<Schema extends TableSchema> {
  /** What rows have to be: conditions on columns and partitions, all of which hold. Default: all rows. */
  readonly where?: Where<Schema>
}

/** What a scan reads, and how. */
export interface ScanOptions<Schema extends TableSchema, Name extends keyof Schema> extends RowChoice<Schema> {
  /** Which columns, partitions too, in the order of the result. Default: all. */
  readonly columns?: readonly Name[]
  /** At most so many rows, the first that match. Default: all. */
  readonly limit?: number
  /** At most so many rows a batch. Default 65,536. */
  readonly batchRows?: number
  readonly signal?: AbortSignal
}

/** A partition of a table. */
export interface Partition<Schema extends TableSchema> {
  /** The partition columns of the table. As a `where` they choose its rows. */
  readonly values: Partial<Row<Schema>>
  readonly files: number
  /** Of its files, as they are stored. */
  readonly sizeBytes: number
}

/** A file of a table. */
export interface FileInfo<Schema extends TableSchema> {
  readonly url: string
  readonly sizeBytes: number
  readonly partition: Partial<Row<Schema>>
}

/** What a table is made of. */
export interface TableParts {
  readonly location: string
  readonly source: ByteSource
  readonly footers: FooterReader
  readonly files: readonly TableFile[]
  readonly anyFile: TableFile
  readonly schema: readonly Field[]
  /** That a scan may use. */
  readonly threads: number
  readonly leastThreadBytes?: number | undefined
  readonly close: () => Promise<void>
}

/**
 * A table of Parquet files, as they were when it was opened. Footers stay in memory as long as the table does.
 *
 * @typeParam Schema what the columns are, where the caller said it
 */
export class Table<Schema extends TableSchema = TableSchema> implements AsyncDisposable {
  readonly location: string
  /** The columns of the files in their order, then the partition columns. */
  readonly schema: readonly Field[]
  readonly #parts: TableParts

  /** Made by `openTable`. */
  constructor(parts: TableParts) {
    this.location = parts.location
    this.schema = parts.schema
    this.#parts = parts
  }

  /** The files whose partitions match, in the order of their rows. Costs no request. @throws as `scan` */
  files({ where }: RowChoice<Schema> = {}): FileInfo<Schema>[] {
    const { files } = this.#choose(where)
    return files.map(({ file: { url, sizeBytes }, partition }) => ({ url, sizeBytes, partition: this.#partitionRow(partition) }))
  }

  /** The partitions that match, in the order of their first files. Costs no request. @throws as `scan` */
  partitions({ where }: RowChoice<Schema> = {}): Partition<Schema>[] {
    const partitions = new Map<string, { values: Partial<Row<Schema>>; files: number; sizeBytes: number }>()
    for (const { file, partition } of this.#choose(where).files) {
      const key = partitionKey(partition)
      const entry = partitions.get(key) ?? { values: this.#partitionRow(partition), files: 0, sizeBytes: 0 }
      entry.files += 1
      entry.sizeBytes += file.sizeBytes
      partitions.set(key, entry)
    }
    return [...partitions.values()]
  }

  /**
   * Chooses rows and columns. Files of other partitions are not opened; row groups and pages that cannot match by their statistics, Bloom filters and
   * page index are not fetched, and neither are columns that nobody asked for.
   *
   * @throws RangeError for a column or an operator that is not there, with the nearest name; TypeError for a value that is not of the column's type
   */
  scan<const Name extends keyof Schema = keyof Schema>({
    columns,
    where,
    limit = Number.POSITIVE_INFINITY,
    batchRows = 65_536,
    signal,
  }: ScanOptions<Schema, Name> = {}): Scan<Pick<Schema, Name>> {
    if (!(limit >= 0)) throw new RangeError(`A scan cannot have a limit of ${limit} rows.`)
    if (!Number.isSafeInteger(batchRows) || batchRows < 1) throw new RangeError(`A scan cannot have batches of ${batchRows} rows.`)
    if (columns && new Set(columns).size < columns.length) throw new RangeError(`A scan cannot give a column twice: ${columns.join(', ')}.`)
    const fields = columns ? columns.map((name) => this.#field(String(name))) : this.schema
    const { anyFile } = this.#parts
    return new Scan({ rowGroups: this.#rowGroups(where, { limit: Math.ceil(limit), signal }), fields, batchRows, anyFile })
  }

  /** How many rows match. Row groups that statistics decide cost only their file's footer; of the others the columns of `where` are read. @throws as `scan` */
  async count({ where, signal }: RowChoice<Schema> & { readonly signal?: AbortSignal } = {}): Promise<number> {
    let count = 0
    const scan = { ...this.#rowGroups(where, { limit: Number.POSITIVE_INFINITY, signal }), columns: [] }
    for await (const { rows } of scanRowGroups(scan)) count += rows
    return count
  }

  /** Closes the table's own connections; scans that are under way fail. Without it they end by themselves when the process does. */
  async close(): Promise<void> {
    await this.#parts.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #rowGroups(
    where: Where<Schema> | undefined,
    { limit, signal }: { readonly limit: number; readonly signal: AbortSignal | undefined },
  ): Omit<RowGroupScan, 'columns'> {
    const { source, footers, threads, leastThreadBytes } = this.#parts
    return { source, footers, fields: this.schema, ...this.#choose(where), limit, signal, threads, leastThreadBytes }
  }

  /** The files whose partitions match, and what is left to ask of their rows. */
  #choose(where: Where<Schema> = {}): { readonly files: readonly TableFile[]; readonly predicates: readonly Predicate[] } {
    const all = parseWhere(where, this.schema)
    const partitions = new Set(this.schema.filter(({ isPartition }) => isPartition).map(({ name }) => name))
    const own = all.filter(({ column }) => partitions.has(column))
    const files = this.#parts.files.filter(({ partition }) =>
      own.every((predicate) => {
        const value = partition.get(predicate.column) ?? null
        return value === null ? predicate.matchesNull : matchesValue(predicate, value)
      }),
    )
    return { files, predicates: all.filter(({ column }) => !partitions.has(column)) }
  }

  #field(name: string): Field {
    const field = this.schema.find((each) => each.name === name)
    if (field) return field
    const instead = insteadOf(
      name,
      this.schema.map((each) => each.name),
    )
    throw new RangeError(`Could not read the column ${name} of ${this.location}: there is none. ${instead}`)
  }

  #partitionRow(partition: TableFile['partition']): Partial<Row<Schema>> {
    const entries = this.schema
      .filter(({ isPartition }) => isPartition)
      .map(({ name, type }) => {
        const data = constantData(partition.get(name) ?? null, { type, rows: 1 })
        return [name, columnParts(data, { name, type }).part({ start: 0, end: 1 }).get(0)] as const
      })
    return Object.fromEntries(entries) as Partial<Row<Schema>>
  }
}
