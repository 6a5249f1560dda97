const marker = Symbol.for('millrace.tables-error')

/** What can go wrong with a table and be caught, as a stable word. */
export type TablesErrorCode =
  | 'already-exists'
  | 'corrupt-file'
  | 'file-changed'
  | 'not-found'
  | 'query-failed'
  | 'schema-mismatch'
  | 'too-large'
  | 'unreadable'
  | 'unsupported'
  | 'unwritable'

/** What a {@link TablesError} carries beside its message. */
export interface TablesErrorOptions {
  /** The file or the table that the failure is about. */
  readonly subject?: string
  /** The column, where one is to blame. */
  readonly column?: string | undefined
  /** Whether the same call may succeed later. Default `false`. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

/**
 * A failure of a table that someone may want to catch. A caller's mistake (a column that is not there, a value of the wrong type) is a `TypeError`
 * or a `RangeError` instead, and an abort rejects with the signal's reason.
 *
 * Its message is a sentence: what could not be done, to which file and column, why, and what to do next.
 */
export class TablesError extends Error {
  override readonly name = 'TablesError'
  readonly code: TablesErrorCode
  readonly subject: string | undefined
  readonly column: string | undefined
  readonly retryable: boolean

  constructor(code: TablesErrorCode, message: string, options: TablesErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.subject = options.subject
    this.column = options.column
    this.retryable = options.retryable ?? false
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether `error` is a `TablesError`, with this code if one is given; also across two installed copies. */
  static is(error: unknown, code?: TablesErrorCode): error is TablesError {
    return error instanceof Error && marker in error && (code === undefined || (error as unknown as TablesError).code === code)
  }
}
