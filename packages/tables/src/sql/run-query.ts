import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { loadPeer } from '../peers/load-peer.ts'
import type { ScanPlan } from '../scan/scan.ts'
import { TablesError } from '../tables-error.ts'
import { type PlacedTable, placeTable } from './place-table.ts'
import { type DuckDB, resultType } from './result-type.ts'
import { sqlName, sqlText } from './sql-literal.ts'
import { TemporaryBudget } from './temporary-budget.ts'
import { viewOfTable } from './view-of-table.ts'

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

/** No user's table has this name. */
const resultView = '__millrace_result'

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
      await runStatement(connection, `create view ${resultView} as ${text}`, signal)
      await writeResult(connection, { duckdb, folder, budget, signal })
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

/** For the columns whose types Parquet has not. */
async function castsOfResult(connection: DuckDBConnection, duckdb: DuckDB): Promise<string[]> {
  const statement = await connection.prepare(`from ${resultView}`)
  try {
    return Array.from({ length: statement.columnCount }, (_, index) => index).flatMap((index) => {
      const type = resultType(duckdb, statement.columnType(index))
      const name = sqlName(statement.columnName(index))
      return type === undefined ? [] : [`cast(${name} as ${type}) as ${name}`]
    })
  } finally {
    statement.destroySync()
  }
}

interface Writing {
  readonly duckdb: DuckDB
  readonly folder: string
  readonly budget: TemporaryBudget
  readonly signal: AbortSignal | undefined
}

async function writeResult(connection: DuckDBConnection, { duckdb, folder, budget, signal }: Writing): Promise<void> {
  const casts = await castsOfResult(connection, duckdb)
  const replace = casts.length === 0 ? '' : ` replace (${casts.join(', ')})`
  const path = join(folder, 'result')
  await mkdir(path)
  const file = join(path, 'result.parquet')
  let isTooLarge = false
  const watch = setInterval(() => {
    stat(file).then(
      ({ size }) => {
        isTooLarge ||= size > budget.leftBytes
        if (isTooLarge) connection.interrupt()
      },
      () => {},
    )
  }, 100)
  try {
    await runStatement(
      connection,
      `copy (select *${replace} from ${resultView}) to ${sqlText(file)} (format parquet, compression lz4_raw)`,
      signal,
    )
  } catch (error) {
    throw isTooLarge ? budget.exceeded('the result takes more') : error
  } finally {
    clearInterval(watch)
  }
}

/** @throws TablesError `query-failed`, and the reason of an abort */
async function runStatement(connection: DuckDBConnection, statement: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  const interrupt = (): void => connection.interrupt()
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    await connection.run(statement)
  } catch (error) {
    signal?.throwIfAborted()
    throw queryFailed(error)
  } finally {
    signal?.removeEventListener('abort', interrupt)
  }
}

function queryFailed(cause: unknown): TablesError {
  const reason = cause instanceof Error ? cause.message.replace(/^Failed to \w+ statements?: /, '').trim() : String(cause)
  const next = reason.startsWith('Permission Error') ? ' A query can read the tables that it is given, and nothing else.' : ''
  return new TablesError('query-failed', `Could not run the query: ${reason}${next}`, { cause })
}
