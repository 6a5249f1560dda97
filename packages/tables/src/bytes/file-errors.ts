import { TablesError } from '../tables-error.ts'

/** The error for a file that is not what it was when it was found. */
export function fileChanged(url: string, cause?: unknown): TablesError {
  const why = 'It is another than when the table was opened, or gone: somebody wrote while it was read. Open the table again.'
  return new TablesError('file-changed', `Could not read ${url} to the end. ${why}`, { subject: url, retryable: true, cause })
}

/** The error for a file that the system or the service would not give. */
export function unreadable(url: string, cause: unknown): TablesError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const retryable = cause instanceof Error && 'retryable' in cause && cause.retryable === true
  return new TablesError('unreadable', `Could not read ${url}: ${reason}`, { subject: url, retryable, cause })
}
