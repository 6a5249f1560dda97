import type { ScanPlan } from '../scan/scan.ts'
import type { ColumnTypeName } from '../schema/column-type.ts'
import type { Field } from '../schema/field.ts'
import { type PlacedTable, partitionFolder } from './place-table.ts'
import { predicateToSql } from './predicate-to-sql.ts'
import { sqlLiteral, sqlName, sqlText } from './sql-literal.ts'

const partitionTypes: { readonly [Name in ColumnTypeName]?: string } = {
  boolean: 'BOOLEAN',
  int32: 'INTEGER',
  int64: 'BIGINT',
  float64: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  string: 'VARCHAR',
}

/** The statement that makes a view of a scan: its columns, conditions and limit over the files that were placed. */
export function viewOfTable(
  name: string,
  { plan: { fields, rowGroups }, placed }: { readonly plan: ScanPlan; readonly placed: PlacedTable },
): string {
  const columns = fields.map((field) => (field.isPartition ? partitionColumn(field, placed) : sqlName(field.name)))
  const paths = placed.files.map(({ path }) => sqlText(path)).join(', ')
  const from = `read_parquet([${paths}], hive_partitioning = true, hive_types = {${sqlText(partitionFolder)}: integer})`
  const conditions = placed.isEmpty ? ['false'] : rowGroups.predicates.map(predicateToSql)
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
  const limit = Number.isFinite(rowGroups.limit) ? ` limit ${rowGroups.limit}` : ''
  return `create view ${sqlName(name)} as select ${columns.join(', ')} from ${from}${where}${limit}`
}

/** Its value by the number of the partition. DuckDB would read some texts in the name of a folder as null. */
function partitionColumn({ name, type }: Field, { partitions }: PlacedTable): string {
  const values = partitions.map((partition) => {
    const value = partition.get(name) ?? null
    return value === null ? 'null' : sqlLiteral(value, type)
  })
  return `cast([${values.join(', ')}] as ${partitionTypes[type.name]}[])[${partitionFolder} + 1] as ${sqlName(name)}`
}
