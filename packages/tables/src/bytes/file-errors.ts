import { TablesError } from '../tables-error.ts'

/** The error for a file that is not what it was when it was found. */
export function fileChanged(url: string, cause?: unknown): TablesError {
  const why = 'It is another than when the table was opened, or gone: somebody wrote while it was read. Open the table again.'
  return new TablesError('file-changed', `Could not read ${url} to the end. ${why}`, { subject: url, retryable: true, cause })
}

/** The error for a file that the system or the service would not give. */
export function unreadable(url: string, cause: unknown): TablesError {
  return new TablesError('unreadable', `Could not read ${url}: ${reasonOf(cause)}`, { subject: url, retryable: isRetryable(cause), cause })
}

/** The error for a file that the system or the service would not take. */
export function unwritable(url: string, cause: unknown): TablesError {
  return new TablesError('unwritable', `Could not write ${url}: ${reasonOf(cause)}`, { subject: url, retryable: isRetryable(cause), cause })
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const isRetryable = (cause: unknown): boolean => cause instanceof Error && 'retryable' in cause && cause.retryable === true
