import type { HttpErrorCode } from '../http/http-client-seam.ts'
import { HttpError } from '../http/http-error.ts'
import { type RequestSubject, subjectUrl } from './request-subject.ts'
import { S3Error } from './s3-error.ts'
import type { S3ErrorCode } from './s3-error-code.ts'

const codes: Readonly<Record<Exclude<HttpErrorCode, 'sink-failed'>, S3ErrorCode>> = {
  'connect-failed': 'connection-failed',
  'connection-lost': 'connection-failed',
  truncated: 'connection-failed',
  timeout: 'timeout',
  protocol: 'protocol',
}

/**
 * The failure of a request that got no complete answer: an S3Error with the HttpError as its cause.
 *
 * What a sink threw is thrown on as it is (a full disk is no failure of S3), and so is what is no HttpError: the reason of an abort, a caller's mistake.
 */
export function errorFromTransport(error: unknown, subject: RequestSubject): unknown {
  if (!(error instanceof HttpError)) return error
  if (error.code === 'sink-failed') return error.cause ?? error
  const { bucket, key } = subject
  const message = `Could not ${subject.action} ${subjectUrl(subject)}: ${asClause(error.message)}`
  return new S3Error({ code: codes[error.code], message, retryable: error.retryable, bucket, key, cause: error })
}

/** A sentence as the second half of one. Names and abbreviations keep their capitals. */
function asClause(sentence: string): string {
  return /^[A-Z][a-z]+ /.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence
}
