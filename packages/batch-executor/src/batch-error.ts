const marker = Symbol.for('millrace.batch-error')
// So that `MillraceError.is` of `@millrace/core-graph` knows these too, without that package being needed here.
const millraceMarker = Symbol.for('millrace.error')

/** What can go wrong between this process and AWS, as a stable word. */
export type BatchErrorCode =
  | 'access-denied'
  | 'closed'
  | 'no-credentials'
  | 'no-region'
  | 'not-found'
  | 'queue-disabled'
  | 'queue-invalid'
  | 'refused'
  | 'service-failed'
  | 'throttled'
  | 'unsupported'

/** What a {@link BatchError} carries beside its message. */
export interface BatchErrorOptions {
  /** What the failure is about: a queue, a job's id or name, a role. */
  readonly subject?: string
  /** Whether the same call may succeed later. Default `false`. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

/**
 * A failure to do something with AWS Batch or CloudWatch Logs. That a job failed is not one: that is the job's result.
 *
 * Its message is a sentence: what could not be done, to what, why, and what to do next. It never holds a value of the job's environment.
 */
export class BatchError extends Error {
  override readonly name = 'BatchError'
  readonly code: BatchErrorCode
  readonly subject: string | undefined
  readonly retryable: boolean

  constructor(code: BatchErrorCode, message: string, options: BatchErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.subject = options.subject
    this.retryable = options.retryable ?? false
    Object.defineProperty(this, marker, { value: true })
    Object.defineProperty(this, millraceMarker, { value: true })
  }

  /** Whether `error` is a `BatchError`, with this code if one is given; also across two installed copies. */
  static is(error: unknown, code?: BatchErrorCode): error is BatchError {
    return error instanceof Error && marker in error && (code === undefined || (error as unknown as BatchError).code === code)
  }
}
