import { formatAmzDate, parseAmzDate } from './amz-date.ts'
import { parameterOf, type SignableRequest, textOf } from './canonical/canonical-request.ts'
import { SignatureError } from './signature-error.ts'

const maxSkewMs = 15 * 60_000
const maxExpiresSeconds = 604_800

/** The time that the headers of a request state, as `YYYYMMDDTHHMMSSZ`: within 15 minutes of `nowMs`. @throws SignatureError */
export function checkHeaderTime({ headers }: SignableRequest, nowMs: number): string {
  const given = textOf(headers['x-amz-date'])
  const timeMs = given === undefined ? Date.parse(textOf(headers.date) ?? '') : parseAmzDate(given)
  if (timeMs === undefined || Number.isNaN(timeMs))
    throw new SignatureError('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
  if (Math.abs(timeMs - nowMs) > maxSkewMs)
    throw new SignatureError('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', {
      RequestTime: given ?? textOf(headers.date) ?? '',
      ServerTime: new Date(nowMs).toISOString(),
      MaxAllowedSkewMilliseconds: String(maxSkewMs),
    })
  return given ?? formatAmzDate(timeMs)
}

/** The same of a presigned URL, which is good until it expires. @throws SignatureError */
export function checkQueryTime(request: SignableRequest, nowMs: number): string {
  const date = parameterOf(request, 'X-Amz-Date') ?? ''
  const expires = parameterOf(request, 'X-Amz-Expires') ?? ''
  const timeMs = parseAmzDate(date)
  if (timeMs === undefined)
    throw new SignatureError('AuthorizationQueryParametersError', "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  if (!/^\d+$/.test(expires)) throw new SignatureError('AuthorizationQueryParametersError', 'X-Amz-Expires should be a number')
  const seconds = Number(expires)
  if (seconds > maxExpiresSeconds)
    throw new SignatureError(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be less than a week (in seconds); that is, at most 604800',
    )
  if (timeMs - nowMs > maxSkewMs) throw new SignatureError('AccessDenied', 'Request is not yet valid')
  const expiresAtMs = timeMs + seconds * 1_000
  if (nowMs > expiresAtMs)
    throw new SignatureError('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': expires,
      Expires: new Date(expiresAtMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    })
  return date
}
