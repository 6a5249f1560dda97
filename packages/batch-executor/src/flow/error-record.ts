import type { ErrorRecord } from '@millrace/core-graph'

/** What was thrown, with its causes, as data. */
export function errorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'executor-lost'
  return { name: error.name, message: error.message, code, ...(error.cause === undefined ? {} : { cause: errorRecord(error.cause) }) }
}
