const marker = Symbol.for('millrace.error')

/** What can go wrong and be caught, as a stable word. */
export type ErrorCode =
  | 'already-exists'
  | 'cancelled'
  | 'corrupt-artifact'
  | 'disk-full'
  | 'executor-lost'
  | 'invalid-flow-file'
  | 'invalid-graph'
  | 'invalid-parameter'
  | 'invalid-pathspec'
  | 'invalid-setting'
  | 'invalid-tag'
  | 'invalid-transition'
  | 'not-found'
  | 'not-writable'
  | 'out-of-memory'
  | 'step-failed'
  | 'store-failed'
  | 'timeout'
  | 'unserializable-artifact'
  | 'wrong-namespace'

/** What a {@link MillraceError} carries beside its message. */
export interface MillraceErrorOptions {
  /** What the failure is about: a pathspec, an artifact, a file, a key. */
  readonly subject?: string
  /** Whether the same call may succeed later, decided where the failure was seen. Default `false`. */
  readonly retryable?: boolean
  readonly cause?: unknown
}

/**
 * A failure that someone may want to catch. A caller's mistake is a `TypeError` or a `RangeError` instead.
 *
 * Its message is a sentence: what could not be done, to what, why, and what to do next.
 */
export class MillraceError extends Error {
  override readonly name = 'MillraceError'
  readonly code: ErrorCode
  readonly subject: string | undefined
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options: MillraceErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.subject = options.subject
    this.retryable = options.retryable ?? false
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether `error` is a `MillraceError`, with this code if one is given; also across two installed copies. */
  static is(error: unknown, code?: ErrorCode): error is MillraceError {
    return error instanceof Error && marker in error && (code === undefined || (error as unknown as MillraceError).code === code)
  }
}
