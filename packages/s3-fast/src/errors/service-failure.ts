import type { S3ErrorCode } from './s3-error-code.ts'

/** What a failure of S3 means to us. */
export interface ServiceFailure {
  readonly code: S3ErrorCode
  readonly retryable: boolean
}

const final = (code: S3ErrorCode): ServiceFailure => ({ code, retryable: false })
const passing = (code: S3ErrorCode): ServiceFailure => ({ code, retryable: true })

/** By S3's own codes: "Error responses", Amazon S3 API reference, and those of services that speak its protocol. */
const byServiceCode: ReadonlyMap<string, ServiceFailure> = new Map([
  ['NoSuchKey', final('not-found')],
  ['NoSuchUpload', final('not-found')],
  ['NoSuchVersion', final('not-found')],
  ['NoSuchBucket', final('bucket-not-found')],
  ['AccessDenied', final('forbidden')],
  ['AccountProblem', final('forbidden')],
  ['AllAccessDisabled', final('forbidden')],
  ['InvalidAccessKeyId', final('invalid-credentials')],
  ['InvalidClientTokenId', final('invalid-credentials')],
  ['InvalidToken', final('invalid-credentials')],
  ['SignatureDoesNotMatch', final('invalid-credentials')],
  ['UnrecognizedClientException', final('invalid-credentials')],
  ['ExpiredToken', passing('expired-credentials')],
  ['ExpiredTokenException', passing('expired-credentials')],
  ['TokenRefreshRequired', passing('expired-credentials')],
  ['RequestTimeTooSkewed', passing('clock-skew')],
  ['RequestExpired', passing('clock-skew')],
  ['PreconditionFailed', final('precondition-failed')],
  ['NotModified', final('precondition-failed')],
  ['BucketAlreadyExists', final('already-exists')],
  ['BucketAlreadyOwnedByYou', final('already-exists')],
  ['InvalidRange', final('range-not-satisfiable')],
  ['InvalidObjectState', final('archived')],
  ['BadDigest', passing('corrupt-body')],
  ['InvalidDigest', passing('corrupt-body')],
  ['XAmzContentSHA256Mismatch', passing('corrupt-body')],
  ['XAmzContentChecksumMismatch', passing('corrupt-body')],
  ['IncompleteBody', passing('connection-failed')],
  ['RequestTimeout', passing('timeout')],
  ['SlowDown', passing('throttled')],
  ['Throttling', passing('throttled')],
  ['ThrottlingException', passing('throttled')],
  ['TooManyRequests', passing('throttled')],
  ['RequestLimitExceeded', passing('throttled')],
  ['BandwidthLimitExceeded', passing('throttled')],
  ['ServiceUnavailable', passing('throttled')],
  ['InternalError', passing('server-error')],
  ['ConditionalRequestConflict', passing('conflict')],
  ['OperationAborted', passing('conflict')],
  ['PermanentRedirect', passing('wrong-region')],
  ['TemporaryRedirect', passing('wrong-region')],
  ['AuthorizationHeaderMalformed', passing('wrong-region')],
  ['IllegalLocationConstraintException', final('wrong-region')],
  ['NotImplemented', final('unsupported')],
  ['MethodNotAllowed', final('unsupported')],
])

/** What an answer means, from S3's own code where there is one, else from the status. */
export function serviceFailure(status: number, serviceCode: string | undefined): ServiceFailure {
  return (serviceCode === undefined ? undefined : byServiceCode.get(serviceCode)) ?? failureOfStatus(status)
}

function failureOfStatus(status: number): ServiceFailure {
  if (status === 429 || status === 503) return passing('throttled')
  if (status === 501 || status === 505) return final('unsupported')
  if (status >= 500) return passing('server-error')
  switch (status) {
    // Success with an error's document whose code is unknown: S3 says "retry the request" for its long operations.
    case 200:
      return passing('server-error')
    case 301:
    case 302:
    case 307:
    case 308:
      return passing('wrong-region')
    case 304:
    case 412:
      return final('precondition-failed')
    case 401:
    case 403:
    case 407:
      return final('forbidden')
    case 404:
      return final('not-found')
    case 405:
      return final('unsupported')
    case 408:
      return passing('timeout')
    case 409:
      return final('conflict')
    case 416:
      return final('range-not-satisfiable')
    default:
      return status >= 400 ? final('invalid-request') : final('protocol')
  }
}
