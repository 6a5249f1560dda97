import { advice } from './advice.ts'
import { type RequestSubject, subjectUrl } from './request-subject.ts'
import { S3Error } from './s3-error.ts'
import type { S3ErrorCode } from './s3-error-code.ts'
import { serviceFailure } from './service-failure.ts'

/** What an answer that is a failure says. */
export interface AnswerFacts {
  readonly status: number
  readonly serviceCode?: string | undefined
  readonly serviceMessage?: string | undefined
  readonly requestId?: string | undefined
  readonly region?: string | undefined
  readonly serverTime?: Date | undefined
  readonly retryAfterMs?: number | undefined
}

/** The S3Error of these facts. */
export function answerError(facts: AnswerFacts, subject: RequestSubject): S3Error {
  const { status, serviceCode, serviceMessage, requestId, region, serverTime, retryAfterMs } = facts
  const { bucket, key } = subject
  const failure = meaning(facts, subject)
  const quoted = serviceCode === undefined ? `status ${status}` : `${serviceCode}${serviceMessage ? `: ${oneLine(serviceMessage)}` : ''}`
  const message = `Could not ${subject.action} ${subjectUrl(subject)}: ${advice(failure.code, { bucket, key, region })} (${quoted})`
  return new S3Error({ ...failure, message, status, serviceCode, requestId, bucket, key, region, serverTime, retryAfterMs })
}

function meaning(
  { status, serviceCode, region }: AnswerFacts,
  { key, createOnly }: RequestSubject,
): { readonly code: S3ErrorCode; readonly retryable: boolean } {
  const failure = serviceFailure(status, serviceCode)
  if (failure.code === 'precondition-failed' && createOnly) return { code: 'already-exists', retryable: false }
  // No document names the missing thing: without a key it can only be the bucket.
  if (failure.code === 'not-found' && key === undefined) return { code: 'bucket-not-found', retryable: false }
  // S3 uses this code for every flaw of the header; only with a region is it one that another signature mends.
  if (serviceCode === 'AuthorizationHeaderMalformed' && region === undefined) return { code: 'invalid-credentials', retryable: false }
  return failure
}

/** A server's words may hold anything, and a message is one line of a log. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
}
