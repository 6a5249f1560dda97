import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { loadPeer } from '../peers/load-peer.ts'
import type { ScanPlan } from '../scan/scan.ts'
import { type PlacedTable, placeTable } from './place-table.ts'
import type { DuckDB } from './result-type.ts'
import { queryFailed, runStatement } from './run-statement.ts'
import { sqlText } from './sql-literal.ts'
import { TemporaryBudget } from './temporary-budget.ts'
import { viewOfTable } from './view-of-table.ts'
import { writeResult } from './write-result.ts'

/** What a query is made of. */
export interface QueryPlan {
  readonly text: string
  readonly tables: ReadonlyMap<string, ScanPlan>
  readonly threads: number | undefined
  readonly maxTemporaryBytes: number
  readonly signal: AbortSignal | undefined
}

/** The rows of a query, as Parquet in a folder that is gone when disposed. */
export interface QueryResult extends AsyncDisposable {
  readonly folder: string
}

/**
 * Runs a query in a DuckDB of its own, in memory, that can read the files of the tables and nothing else, and loads no extension.
 *
 * @throws TablesError `query-failed`, `too-large`, `unsupported` where DuckDB is not installed, and as a scan; TypeError for anything but one SELECT
 */
export async function runQuery({ text, tables, threads, maxTemporaryBytes, signal }: QueryPlan): Promise<QueryResult> {
  signal?.throwIfAborted()
  const duckdb: DuckDB = await loadPeer('@duckdb/node-api', { load: () => import('@duckdb/node-api'), what: 'run SQL' })
  // Only its owner may look into it: mkdtemp makes it so.
  const folder = await mkdtemp(join(tmpdir(), 'millrace-sql-'))
  const dispose = async (): Promise<void> => await rm(folder, { recursive: true, force: true })
  try {
    const budget = new TemporaryBudget(maxTemporaryBytes)
    const placed = new Map<string, PlacedTable>()
    for (const [name, plan] of tables)
      placed.set(
        name,
        await placeTable(plan, { folder: join(folder, `table-${placed.size}`), budget }, { signal: signal ?? plan.rowGroups.signal }),
      )
    for (const table of placed.values()) await table.check()
    const views = [...tables].flatMap(([name, plan]) => {
      const table = placed.get(name)
      return table ? [viewOfTable(name, { plan, placed: table })] : []
    })
    const outside = [...placed.values()].flatMap((table) => table.outside)
    const instance = await duckdb.DuckDBInstance.create(':memory:', threads === undefined ? {} : { threads: String(threads) })
    try {
      const connection = await lockedConnection(instance, { folder, outside, budget })
      for (const view of views) await runStatement(connection, view, signal)
      await checkStatement(connection, { text, duckdb })
      await writeResult(connection, { text, duckdb, folder, budget, signal })
    } finally {
      instance.closeSync()
    }
    for (const table of placed.values()) await table.check()
    return { folder: join(folder, 'result'), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** A connection that can reach the folder and the files, and can no longer change that. */
async function lockedConnection(
  instance: DuckDBInstance,
  { folder, outside, budget }: { readonly folder: string; readonly outside: readonly string[]; readonly budget: TemporaryBudget },
): Promise<DuckDBConnection> {
  const connection = await instance.connect()
  for (const statement of [
    `set allowed_directories = [${sqlText(folder)}]`,
    `set allowed_paths = [${outside.map(sqlText).join(', ')}]`,
    `set temp_directory = ${sqlText(join(folder, 'spill'))}`,
    `set max_temp_directory_size = '${budget.leftBytes}B'`,
    'set autoinstall_known_extensions = false',
    'set autoload_known_extensions = false',
    'set enable_external_access = false',
    "set timezone = 'UTC'",
    'set lock_configuration = true',
  ])
    await connection.run(statement)
  return connection
}

async function checkStatement(
  connection: DuckDBConnection,
  { text, duckdb }: { readonly text: string; readonly duckdb: DuckDB },
): Promise<void> {
  const statements = await connection.extractStatements(text).catch((error: unknown) => {
    throw queryFailed(error)
  })
  if (statements.count !== 1) throw new TypeError(`A query is one statement, and there are ${statements.count}.`)
  const statement = await statements.prepare(0).catch((error: unknown) => {
    throw queryFailed(error)
  })
  try {
    if (statement.statementType !== duckdb.StatementType.SELECT)
      throw new TypeError('A query is a SELECT: tables are read, and nothing is changed.')
    if (statement.parameterCount > 0) throw new TypeError('A query has no parameters: write their values into it.')
  } finally {
    statement.destroySync()
  }
}
