import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { onTestFinished } from 'vitest'

/** A folder that goes when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-tables-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs SQL in a DuckDB of its own, one statement after another, and gives the rows of the last as JSON has them. */
export async function runSql(...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  let rows: Record<string, unknown>[] = []
  for (const statement of statements)
    rows = (await (await connection.runAndReadAll(statement)).getRowObjectsJson()) as Record<string, unknown>[]
  connection.closeSync()
  instance.closeSync()
  return rows
}
