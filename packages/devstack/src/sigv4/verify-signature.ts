import { hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type Authorization, parseAuthorizationHeader, parseAuthorizationQuery } from './authorization.ts'
import { canonicalRequest, parameterOf, type SignableRequest, textOf } from './canonical/canonical-request.ts'
import { SignatureError } from './signature-error.ts'
import { checkHeaderTime, checkQueryTime } from './signed-time.ts'
import { type CredentialScope, signingKey, signString } from './signing-key.ts'

/** The keys that requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Where given, requests must carry it as `x-amz-security-token`. */
  readonly sessionToken?: string
}

/** What a signature is measured against. */
export interface Verification {
  /** The keys of an id; `undefined` for one that is not known. May throw a SignatureError for keys that are no longer good. */
  readonly credentialsOf: (accessKeyId: string) => Credentials | undefined
  readonly region: string
  readonly service: string
  readonly nowMs: number
  /** SHA-256 of the body. Where given, the request is one of a service other than S3, whose path is encoded twice, and need not name it. */
  readonly bodyHash?: string
}

/** A signature that holds, with what is needed to verify the chunks of the body. */
export interface VerifiedSignature {
  readonly signature: string
  readonly signingKey: KeyObject
  readonly scope: CredentialScope
  /** When it was signed, as `YYYYMMDDTHHMMSSZ`. */
  readonly amzDate: string
  /** `x-amz-content-sha256`: a hash in hexadecimal, `UNSIGNED-PAYLOAD`, or the name of a streaming form. */
  readonly payloadHash: string
}

/**
 * Verifies the signature of a request, in its header or its query (a presigned URL). The body is not looked at: its hash is
 * given back, to be compared when it has come.
 *
 * @throws SignatureError with the code that S3 would answer.
 */
export function verifySignature(request: SignableRequest, verification: Verification): VerifiedSignature {
  const authorization = findAuthorization(request)
  const { nowMs, bodyHash } = verification
  const { accessKeyId, scope, signedHeaders } = authorization
  checkScope(authorization, verification)
  const credentials = verification.credentialsOf(accessKeyId)
  if (!credentials)
    throw new SignatureError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: accessKeyId,
    })
  checkToken(request, credentials)
  const amzDate = authorization.kind === 'header' ? checkHeaderTime(request, nowMs) : checkQueryTime(request, nowMs)
  if (!amzDate.startsWith(scope.date))
    throw new SignatureError(
      'SignatureDoesNotMatch',
      `The date of the credential scope, ${scope.date}, is not that of the request, ${amzDate}.`,
    )
  checkSignedHeaders(request, signedHeaders)
  const payloadHash = bodyHash ?? payloadHashOf(request, authorization.kind)
  const canonical = canonicalRequest(request, { signedHeaders, payloadHash, encodings: bodyHash === undefined ? 1 : 2 })
  const stringToSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope.date}/${scope.region}/${scope.service}/aws4_request\n${hash('sha256', canonical, 'hex')}`
  const key = signingKey(credentials.secretAccessKey, scope)
  const expected = signString(key, stringToSign)
  if (!equal(expected, authorization.signature))
    throw new SignatureError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: accessKeyId, StringToSign: stringToSign, SignatureProvided: authorization.signature, CanonicalRequest: canonical },
    )
  return { signature: expected, signingKey: key, scope, amzDate, payloadHash }
}

/** Whether two signatures in hexadecimal are the same, in a time that does not tell where they differ. */
export function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'))
}

function findAuthorization(request: SignableRequest): Authorization {
  const header = textOf(request.headers.authorization)
  const query = parseAuthorizationQuery(request.query)
  if (header !== undefined && query)
    throw new SignatureError('InvalidRequest', 'Only one authentication mechanism is allowed: a signed header or a presigned URL.')
  if (query) return query
  if (header === undefined) throw new SignatureError('AccessDenied', 'Access Denied')
  return parseAuthorizationHeader(header)
}

function checkScope({ kind, scope }: Authorization, { region, service }: Verification): void {
  const code = kind === 'header' ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError'
  if (scope.region !== region)
    throw new SignatureError(code, `The authorization is malformed; the region '${scope.region}' is wrong; expecting '${region}'`, {
      Region: region,
    })
  if (scope.service !== service)
    throw new SignatureError(
      code,
      `The authorization is malformed; incorrect service "${scope.service}". This endpoint belongs to "${service}".`,
    )
}

function checkToken(request: SignableRequest, { sessionToken }: Credentials): void {
  const given = textOf(request.headers['x-amz-security-token']) ?? parameterOf(request, 'X-Amz-Security-Token')
  if (given !== sessionToken) throw new SignatureError('InvalidToken', 'The provided token is malformed or otherwise not valid.')
}

function checkSignedHeaders({ headers }: SignableRequest, signedHeaders: readonly string[]): void {
  const unsigned = signedHeaders.includes('host') ? [] : ['host']
  for (const name in headers) if (name.startsWith('x-amz-') && !signedHeaders.includes(name)) unsigned.push(name)
  if (unsigned.length > 0)
    throw new SignatureError('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    })
}

const hashForm = /^([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-(UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?))$/

function payloadHashOf(request: SignableRequest, kind: Authorization['kind']): string {
  const given =
    textOf(request.headers['x-amz-content-sha256']) ?? (kind === 'query' ? parameterOf(request, 'X-Amz-Content-Sha256') : undefined)
  if (given === undefined) {
    if (kind === 'query') return 'UNSIGNED-PAYLOAD'
    throw new SignatureError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  }
  if (!hashForm.test(given))
    throw new SignatureError(
      'InvalidRequest',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value.',
    )
  return given
}
