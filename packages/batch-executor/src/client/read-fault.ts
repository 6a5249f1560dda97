/**
 * What an error of a call says about the call:
 * `throttled`: AWS turned it away, it did nothing. `unsent`: it never got there. `unknown`: it may have been done. `stale`: signed with what has expired, it did nothing.
 * `denied`, `refused`: AWS looked at it and will not do it, also not the next time.
 */
export type Fault = 'throttled' | 'unsent' | 'unknown' | 'stale' | 'denied' | 'refused' | 'no-credentials' | 'no-region'

const throttleNames = /^(TooManyRequests|Throttl|RequestLimitExceeded|BandwidthLimitExceeded|PriorRequestNotComplete|SlowDown)/
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Reads an error of the AWS SDK. The 429 of AWS Batch is not in its model, so names and status count, never the class. */
export function readFault(error: unknown): Fault {
  if (!(error instanceof Error)) return 'unknown'
  const { name, message } = error
  const status = statusOf(error)
  if (status === 429 || throttleNames.test(name)) return 'throttled'
  if (status !== undefined && status >= 500) return 'unknown'
  if (/^(ExpiredToken|RequestExpired|RequestTimeTooSkewed)/.test(name) || /^Signature (expired|not yet current)/.test(message))
    return 'stale'
  if (status === 401 || status === 403 || /^(AccessDenied|UnauthorizedOperation|UnrecognizedClient|InvalidSignature)/.test(name))
    return 'denied'
  if (status !== undefined && status >= 400) return 'refused'
  if (
    /^(CredentialsProviderError|TokenProviderError)$/.test(name) ||
    /^(Could not load credentials|Resolved credential object)/.test(message)
  )
    return 'no-credentials'
  if (/region is missing/i.test(message)) return 'no-region'
  if (unsentCodes.has(String((error as NodeJS.ErrnoException).code)) || name === 'ConnectTimeoutError') return 'unsent'
  return 'unknown'
}

function statusOf(error: Error): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
