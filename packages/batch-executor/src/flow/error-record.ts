import type { ErrorRecord } from '@millrace/core-graph'
import { BatchError } from '../batch-error.ts'

/** What was thrown, with its causes, as data. */
export function errorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'executor-lost'
  // In a run it is a failure as any other of Millrace.
  const name = BatchError.is(error) ? 'MillraceError' : error.name
  return { name, message: error.message, code, ...(error.cause === undefined ? {} : { cause: errorRecord(error.cause) }) }
}
