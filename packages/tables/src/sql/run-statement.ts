import type { DuckDBConnection } from '@duckdb/node-api'
import { TablesError } from '../tables-error.ts'

/** Runs one statement; an abort interrupts it. @throws TablesError `query-failed`, and the reason of an abort */
export async function runStatement(connection: DuckDBConnection, statement: string, signal: AbortSignal | undefined): Promise<void> {
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

/** The error for what DuckDB would not do. */
export function queryFailed(cause: unknown): TablesError {
  const reason = cause instanceof Error ? cause.message.replace(/^Failed to \w+ statements?: /, '').trim() : String(cause)
  const next = reason.startsWith('Permission Error') ? ' A query can read the tables that it is given, and nothing else.' : ''
  return new TablesError('query-failed', `Could not run the query: ${reason}${next}`, { cause })
}
