import { planOf, Scan, type ScanPlan } from '../scan/scan.ts'
import type { TableSchema } from '../schema/table-types.ts'
import { Table } from '../table.ts'
import { Query } from './query.ts'

/** What a query can read under a name: a table, or the rows and columns that a scan chooses. */
export type QueryTable = Pick<Table, 'scan' | 'location'> | Pick<Scan, 'toColumns' | 'toArrow'>

/** What a query reads, and how. */
export interface QueryOptions<Schema extends TableSchema> {
  /** Tables by the names that the query has for them. Of a scan only the files and columns that it needs are read. */
  readonly tables: Readonly<Record<string, QueryTable>>
  /** What the columns of the result are. It types the result, and is compared with it. */
  readonly schema?: Schema
  /** DuckDB's threads. Default: as many as there are cores. */
  readonly threads?: number
  /** What temporary files may take: fetched files, what DuckDB moves out of memory, and the result. Default 64 GiB. */
  readonly maxTemporaryBytes?: number
  readonly signal?: AbortSignal
}

/**
 * A query in SQL over tables, run by DuckDB (`@duckdb/node-api`, which has to be installed) on this machine.
 *
 * Partitions and files that the conditions of its scans exclude are neither fetched nor opened. Files on this machine are read where they are; files on
 * S3 are fetched into a temporary folder first, without the column chunks that a scan leaves out. The query can read its tables and nothing else: no
 * other file, no network, no extension.
 *
 * Integers of 128 bits, such as sums of integers, become `int64`, and an error where they do not fit; intervals and times with zones become texts.
 *
 * @throws TypeError, RangeError for arguments that are none
 * @throws TablesError while it is read: `query-failed` with DuckDB's message, `too-large`, `unsupported` where DuckDB is not installed, and as a scan
 */
export function sql<const Schema extends TableSchema = TableSchema>(
  text: string,
  { tables, schema, threads, maxTemporaryBytes = 2 ** 36, signal }: QueryOptions<Schema>,
): Query<Schema> {
  if (typeof text !== 'string') throw new TypeError(`A query is a text, and not a ${typeof text}.`)
  if (text.trim() === '') throw new TypeError('A query is a SELECT, and this one is empty.')
  if (threads !== undefined && (!Number.isSafeInteger(threads) || threads < 1))
    throw new RangeError(`A query cannot run on ${threads} threads.`)
  if (!(maxTemporaryBytes >= 0)) throw new RangeError(`A query cannot take ${maxTemporaryBytes} bytes of temporary files.`)
  const plans = new Map(Object.entries(tables).map(([name, table]) => [name, scanPlan(name, table)] as const))
  return new Query({ text, tables: plans, threads, maxTemporaryBytes, signal }, schema)
}

function scanPlan(name: string, table: QueryTable): ScanPlan {
  if (table instanceof Table) return planOf(table.scan())
  if (table instanceof Scan) return planOf(table)
  throw new TypeError(`The table ${name} of a query is no table: give what openTable or scan gives.`)
}
