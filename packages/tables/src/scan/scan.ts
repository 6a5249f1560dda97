import type { ArrowTable } from '../arrow/arrow-table.ts'
import { columnsToArrow } from '../arrow/columns-to-arrow.ts'
import type { ColumnData, NumberArray } from '../column-data/column-data.ts'
import { joinColumnData } from '../column-data/join-column-data.ts'
import { joinValidity } from '../column-data/join-validity.ts'
import type { Column } from '../columns/column.ts'
import { columnParts, constantData } from '../columns/make-column.ts'
import type { Field } from '../schema/field.ts'
import type { ColumnsOf, Row, TableSchema } from '../schema/table-types.ts'
import { countAllRows } from './count-all-rows.ts'
import { createTargets, placeNumbers } from './number-targets.ts'
import { type RowGroupScan, type ScannedRows, scanRowGroups } from './scan-row-groups.ts'
import type { TableFile } from './table-file.ts'

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
  /** A file of the table, whether its rows match or not: it has the schema. */
  readonly anyFile: TableFile
}

/** What a scan is made of, for who reads in another way. */
export let planOf: (scan: Scan) => ScanPlan

/**
 * Rows of a table, to be read in one of several ways. Nothing is read before; each way reads anew. Rows come in the order of files and rows. Row
 * groups are read ahead of the reader and decoded several at once, within 512 MiB of decoded bytes or one row group.
 *
 * @throws TablesError while it is read: `corrupt-file`, `schema-mismatch`, `unsupported`, `file-changed`, `unreadable`
 */
export class Scan<Schema extends TableSchema = TableSchema> implements AsyncIterable<ColumnBatch<Schema>> {
  static {
    planOf = (scan) => scan.#plan
  }

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
    const { fields, rowGroups } = this.#plan
    const parts: ColumnData[][] = fields.map(() => [])
    const allRows = await countAllRows(rowGroups)
    const targets = allRows === undefined ? undefined : createTargets(fields, allRows)
    let rowCount = 0
    for await (const scanned of this.#rowGroups(targets)) {
      for (const [index, list] of parts.entries()) {
        const data = this.#dataOf(scanned, index)
        const place = targets?.get(fields[index]?.name ?? '')?.subarray(rowCount, rowCount + scanned.rows)
        list.push(place ? placeNumbers(data, { place }) : data)
      }
      rowCount += scanned.rows
    }
    const columns = fields.map((field, index): readonly [string, Column] => {
      const own = parts[index] ?? []
      const target = targets?.get(field.name)
      const data: ColumnData = target
        ? { kind: 'numbers', values: target, validity: joinValidity(own, rowCount) }
        : joinColumnData(own, field.type)
      return [field.name, columnParts(data, field).part({ start: 0, end: rowCount })]
    })
    return { rowCount, columns: Object.fromEntries(columns) as ColumnsOf<Schema> }
  }

  /**
   * All rows as a table of `apache-arrow`, which has to be installed, in one record batch. Typed arrays and bitmaps are handed over and not copied; truth
   * values and decimals are. Texts are dictionaries, whose entries need not be distinct. In lists and structs numbers are `Float64`; maps are structs
   * with all keys that are met.
   *
   * @throws TablesError as other ways of reading; `unsupported` where `apache-arrow` is not installed
   * @throws TypeError for a nested column whose values are of several kinds
   */
  async toArrow(): Promise<ArrowTable> {
    const { columns } = await this.toColumns()
    return await columnsToArrow(columns as Readonly<Record<string, Column>>)
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

  #rowGroups(targets?: ReadonlyMap<string, NumberArray>): AsyncGenerator<ScannedRows> {
    const { rowGroups, fields } = this.#plan
    return scanRowGroups({ ...rowGroups, targets, columns: fields.filter(({ isPartition }) => !isPartition).map(({ name }) => name) })
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
