import type { HttpErrorCode } from './http-client-seam.ts'

/** What is known about a request that got no answer. */
export interface HttpFailure {
  /** The origin that was asked, as a URL. */
  readonly subject: string
  /** Whether bytes of the request may have reached the server: its outcome is unknown then. */
  readonly requestSent: boolean
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean
  readonly cause?: unknown
}

/** A request that got no complete answer. Its cause, where there is one, is the system's own error or what the sink threw. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly code: HttpErrorCode
  readonly subject: string
  readonly requestSent: boolean
  readonly retryable: boolean

  constructor(code: HttpErrorCode, message: string, failure: HttpFailure) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause })
    this.code = code
    this.subject = failure.subject
    this.requestSent = failure.requestSent
    this.retryable = failure.retryable
  }
}
