import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type DuckDB, resultType } from './result-type.ts'
import { runStatement } from './run-statement.ts'
import { sqlName, sqlText } from './sql-literal.ts'
import type { TemporaryBudget } from './temporary-budget.ts'

/** No user's table has this name. */
const resultView = '__millrace_result'

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
  /** Of the query: one SELECT. */
  readonly text: string
  readonly duckdb: DuckDB
  readonly folder: string
  readonly budget: TemporaryBudget
  readonly signal: AbortSignal | undefined
}

/** Writes what a query gives as one Parquet file into `result`, a folder that is made in `folder`. @throws TablesError `query-failed`, `too-large` */
export async function writeResult(connection: DuckDBConnection, { text, duckdb, folder, budget, signal }: Writing): Promise<void> {
  await runStatement(connection, `create view ${resultView} as ${text}`, signal)
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
