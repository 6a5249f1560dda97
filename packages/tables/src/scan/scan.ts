import type { Column } from '../columns/column.ts'
import { joinColumnData } from '../columns/join-column-data.ts'
import { columnParts, constantData } from '../columns/make-column.ts'
import type { ColumnData } from '../decode/column-data.ts'
import type { Field } from '../schema/field.ts'
import type { ColumnsOf, Row, TableSchema } from '../schema/table-types.ts'
import { type RowGroupScan, type ScannedRows, scanRowGroups } from './scan-row-groups.ts'

/** Some rows of a table, column by column. */
export interface ColumnBatch<Schema extends TableSchema = TableSchema> {
  readonly rowCount: number
  /** In the order in which they were asked for. Their memory may be shared with other batches of the row group. */
  readonly columns: ColumnsOf<Schema>
}

/** What a scan is made of. */
export interface ScanPlan {
  readonly rowGroups: Omit<RowGroupScan, 'columns'>
  /** What is read, partitions too, in the order of the result. */
  readonly fields: readonly Field[]
  readonly batchRows: number
}

/**
 * Rows of a table, to be read in one of several ways. Nothing is read before; each way reads anew. Rows come in the order of files and rows. Row
 * groups are read ahead of the reader and decoded several at once, within 512 MiB of decoded bytes or one row group.
 *
 * @throws TablesError while it is read: `corrupt-file`, `schema-mismatch`, `unsupported`, `file-changed`, `unreadable`
 */
export class Scan<Schema extends TableSchema = TableSchema> implements AsyncIterable<ColumnBatch<Schema>> {
  readonly #plan: ScanPlan

  /** Made by a table. */
  constructor(plan: ScanPlan) {
    this.#plan = plan
  }

  /** Batches of at most `batchRows` rows; none is empty, and none spans two row groups. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ColumnBatch<Schema>> {
    const { fields, batchRows } = this.#plan
    for await (const scanned of this.#rowGroups()) {
      const parts = fields.map((field, index) => columnParts(this.#dataOf(scanned, index), field))
      for (let start = 0; start < scanned.rows; start += batchRows) {
        const end = Math.min(scanned.rows, start + batchRows)
        const columns = parts.map((each, index) => [fields[index]?.name ?? '', each.part({ start, end })] as const)
        yield { rowCount: end - start, columns: Object.fromEntries(columns) as ColumnsOf<Schema> }
      }
    }
  }

  /** All rows as one batch, in memory. */
  async toColumns(): Promise<ColumnBatch<Schema>> {
    const { fields } = this.#plan
    const parts: ColumnData[][] = fields.map(() => [])
    let rowCount = 0
    for await (const scanned of this.#rowGroups()) {
      rowCount += scanned.rows
      for (const [index, list] of parts.entries()) list.push(this.#dataOf(scanned, index))
    }
    const columns = fields.map((field, index): readonly [string, Column] => {
      const data = joinColumnData(parts[index] ?? [], field.type)
      return [field.name, columnParts(data, field).part({ start: 0, end: rowCount })]
    })
    return { rowCount, columns: Object.fromEntries(columns) as ColumnsOf<Schema> }
  }

  /** Row by row, as objects. Convenient, and many times slower than columns. */
  async *rows(): AsyncGenerator<Row<Schema>> {
    for await (const { rowCount, columns } of this) {
      const entries = Object.entries<Column>(columns as Readonly<Record<string, Column>>)
      for (let index = 0; index < rowCount; index += 1) {
        const row: Record<string, unknown> = {}
        for (const [name, column] of entries) row[name] = column.get(index)
        yield row as Row<Schema>
      }
    }
  }

  #rowGroups(): AsyncGenerator<ScannedRows> {
    const { rowGroups, fields } = this.#plan
    return scanRowGroups({ ...rowGroups, columns: fields.filter(({ isPartition }) => !isPartition).map(({ name }) => name) })
  }

  /** The values of a field: decoded, or the same in every row for a partition. */
  #dataOf({ columns, file, rows }: ScannedRows, index: number): ColumnData {
    const { fields } = this.#plan
    const field = fields[index]
    if (!field) throw new RangeError(`There is no column ${index}.`)
    if (field.isPartition) return constantData(file.partition.get(field.name) ?? null, { type: field.type, rows })
    const place = fields.slice(0, index).filter(({ isPartition }) => !isPartition).length
    const data = columns[place]
    if (!data) throw new RangeError(`The column ${field.name} was not decoded.`)
    return data
  }
}
