import type { S3ErrorCode } from './s3-error-code.ts'

const marker = Symbol.for('millrace.s3-error')

/** What an {@link S3Error} is made of. */
export interface S3ErrorOptions {
  readonly code: S3ErrorCode
  readonly message: string
  /** Whether the same call may succeed later, decided where the failure was seen. Default `false`. */
  readonly retryable?: boolean | undefined
  readonly status?: number | undefined
  readonly serviceCode?: string | undefined
  readonly requestId?: string | undefined
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  readonly region?: string | undefined
  readonly serverTime?: Date | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/**
 * A failure of S3, or of the way to it, that someone may want to catch. A caller's mistake is a `TypeError` or a `RangeError` instead, and an abort
 * rejects with the signal's reason.
 *
 * Its message is a sentence: what could not be done, to what, why, and what to do next. Secrets are in no field of it.
 */
export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly code: S3ErrorCode
  /** Whether the same call may succeed later. What could be tried again at once has been. */
  readonly retryable: boolean
  /** Of the HTTP answer, where there was one. */
  readonly status: number | undefined
  /** What S3 itself calls the failure, such as `NoSuchKey`, where it said so. */
  readonly serviceCode: string | undefined
  /** What AWS support asks for: `x-amz-request-id`. */
  readonly requestId: string | undefined
  readonly bucket: string | undefined
  readonly key: string | undefined
  /** Where the bucket is, where S3 said so. */
  readonly region: string | undefined
  /** The server's clock, to the second, when it answered. */
  readonly serverTime: Date | undefined
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined

  constructor(options: S3ErrorOptions) {
    super(options.message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = options.code
    this.retryable = options.retryable ?? false
    this.status = options.status
    this.serviceCode = options.serviceCode
    this.requestId = options.requestId
    this.bucket = options.bucket
    this.key = options.key
    this.region = options.region
    this.serverTime = options.serverTime
    this.retryAfterMs = options.retryAfterMs
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether `error` is an `S3Error`, with this code if one is given; also across two installed copies. */
  static is(error: unknown, code?: S3ErrorCode): error is S3Error {
    return error instanceof Error && marker in error && (code === undefined || (error as unknown as S3Error).code === code)
  }
}
