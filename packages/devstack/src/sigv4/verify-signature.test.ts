import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseAmzDate } from './amz-date.ts'
import type { SignableRequest } from './canonical/canonical-request.ts'
import { parseQuery } from './canonical/query.ts'
import { SignatureError, type SignatureErrorCode } from './signature-error.ts'
import { type Verification, verifySignature } from './verify-signature.ts'

// The worked examples of AWS's page "Authenticating Requests (AWS Signature Version 4)" for Amazon S3.
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const nowMs = parseAmzDate('20130524T000100Z') ?? 0
const verification: Verification = { credentialsOf: () => credentials, region: 'us-east-1', service: 's3', nowMs }
const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'
const emptyHash = hash('sha256', '', 'hex')

function signed(
  options: { method?: string; path?: string; query?: string; headers?: Record<string, string> } & (
    | { signature: string; names: string }
    | object
  ),
): SignableRequest {
  const { method = 'GET', path = '/test.txt', query = '', headers = {} } = options
  const all: Record<string, string> = { host: 'examplebucket.s3.amazonaws.com', ...headers }
  if ('signature' in options)
    all.authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${options.names},Signature=${options.signature}`
  return { method, rawPath: path, query: parseQuery(query), headers: all, rawHeaders: Object.entries(all).flat() }
}

const getObject = (changes: { headers?: Record<string, string>; path?: string; method?: string } = {}): SignableRequest =>
  signed({
    ...changes,
    headers: { range: 'bytes=0-9', 'x-amz-content-sha256': emptyHash, 'x-amz-date': '20130524T000000Z', ...changes.headers },
    names: 'host;range;x-amz-content-sha256;x-amz-date',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  })

const presigned = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request'
const presignedRest =
  'X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
const presignedQuery = `${presigned}&${presignedRest}`

function refusal(request: SignableRequest, changes: Partial<Verification> = {}): SignatureErrorCode | undefined {
  try {
    verifySignature(request, { ...verification, ...changes })
    return undefined
  } catch (error) {
    if (error instanceof SignatureError) return error.code
    throw error
  }
}

describe('a signature that AWS gives as an example holds', () => {
  test('for GET Object', () => {
    expect(verifySignature(getObject(), verification)).toMatchObject({ payloadHash: emptyHash, amzDate: '20130524T000000Z' })
  })

  test('for PUT Object, with a Date header and a path that is not encoded', () => {
    const request = signed({
      method: 'PUT',
      path: '/test$file.text',
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
      names: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    })
    expect(refusal(request)).toBeUndefined()
  })

  test('for GET Bucket Lifecycle and for a listing, with parameters', () => {
    const headers = { 'x-amz-content-sha256': emptyHash, 'x-amz-date': '20130524T000000Z' }
    const names = 'host;x-amz-content-sha256;x-amz-date'
    const lifecycle = 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'
    const list = '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'
    expect(refusal(signed({ path: '/', query: 'lifecycle', headers, names, signature: lifecycle }))).toBeUndefined()
    expect(refusal(signed({ path: '/', query: 'max-keys=2&prefix=J', headers, names, signature: list }))).toBeUndefined()
    expect(refusal(signed({ path: '/', query: 'prefix=J&max-keys=2', headers, names, signature: list }))).toBeUndefined()
  })

  test('for a presigned URL', () => {
    expect(verifySignature(signed({ query: presignedQuery }), verification).payloadHash).toBe('UNSIGNED-PAYLOAD')
  })
})

describe('a signature is refused', () => {
  test.each([
    ['when there is none', signed({ headers: { 'x-amz-date': '20130524T000000Z' } }), 'AccessDenied'],
    ['when the path is another', getObject({ path: '/test2.txt' }), 'SignatureDoesNotMatch'],
    ['when the method is another', getObject({ method: 'DELETE' }), 'SignatureDoesNotMatch'],
    ['when a signed header was changed', getObject({ headers: { range: 'bytes=0-90' } }), 'SignatureDoesNotMatch'],
    ['when an x-amz- header is not signed', getObject({ headers: { 'x-amz-meta-x': 'y' } }), 'AccessDenied'],
    ['when a session token is not known', getObject({ headers: { 'x-amz-security-token': 'stray' } }), 'InvalidToken'],
    ['when the hash of the body is missing', getObject({ headers: { 'x-amz-content-sha256': '' } }), 'InvalidRequest'],
    ['when the date is missing', getObject({ headers: { 'x-amz-date': '' } }), 'AccessDenied'],
    ['when the date is not that of the scope', getObject({ headers: { 'x-amz-date': '20130523T235959Z' } }), 'SignatureDoesNotMatch'],
    [
      'when the header is of another form',
      signed({ headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } }),
      'AuthorizationHeaderMalformed',
    ],
    [
      'when it is of an older version',
      signed({ headers: { authorization: 'AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo' } }),
      'InvalidRequest',
    ],
    ['when it comes twice', signed({ query: presignedQuery, headers: { authorization: 'AWS4-HMAC-SHA256 x' } }), 'InvalidRequest'],
    ['when a presigned URL was changed', signed({ query: presignedQuery, path: '/other' }), 'SignatureDoesNotMatch'],
    ['when a parameter was added', signed({ query: `${presignedQuery}&versionId=1` }), 'SignatureDoesNotMatch'],
    ['when a presigned URL lacks parameters', signed({ query: presigned }), 'AuthorizationQueryParametersError'],
    [
      'when a presigned URL lives too long',
      signed({ query: presignedQuery.replace('86400', '604801') }),
      'AuthorizationQueryParametersError',
    ],
  ] as const)('%s', (_, request, code) => {
    expect(refusal(request)).toBe(code)
  })

  test('when region, service or key are not those of the endpoint', () => {
    expect(refusal(getObject(), { region: 'eu-north-1' })).toBe('AuthorizationHeaderMalformed')
    expect(refusal(getObject(), { service: 'batch' })).toBe('AuthorizationHeaderMalformed')
    expect(refusal(getObject(), { credentialsOf: () => undefined })).toBe('InvalidAccessKeyId')
    expect(refusal(getObject(), { credentialsOf: () => ({ ...credentials, secretAccessKey: 'another' }) })).toBe('SignatureDoesNotMatch')
    expect(refusal(getObject(), { credentialsOf: () => ({ ...credentials, sessionToken: 'expected' }) })).toBe('InvalidToken')
  })

  test('when the clocks are more than 15 minutes apart, and not at 15 minutes', () => {
    const at = (amzDate: string): { nowMs: number } => ({ nowMs: parseAmzDate(amzDate) ?? 0 })
    expect(refusal(getObject(), at('20130524T001500Z'))).toBeUndefined()
    expect(refusal(getObject(), at('20130524T001501Z'))).toBe('RequestTimeTooSkewed')
    expect(refusal(getObject(), at('20130523T234459Z'))).toBe('RequestTimeTooSkewed')
    expect(refusal(signed({ query: presignedQuery }), at('20130525T000000Z'))).toBeUndefined()
    expect(refusal(signed({ query: presignedQuery }), at('20130525T000001Z'))).toBe('AccessDenied')
    expect(refusal(signed({ query: presignedQuery }), at('20130523T234459Z'))).toBe('AccessDenied')
  })
})

test('a header that came twice is signed with its values joined by a comma', () => {
  const request = getObject()
  const twice = { ...request, headers: { ...request.headers, range: 'a, b' }, rawHeaders: ['Range', 'a', 'Range', 'b'] }
  const once = { ...request, headers: { ...request.headers, range: 'a,b' }, rawHeaders: ['Range', 'a,b'] }
  const stringToSign = (given: SignableRequest): string => {
    try {
      verifySignature(given, verification)
      return ''
    } catch (error) {
      return (error as SignatureError).details.CanonicalRequest ?? ''
    }
  }
  expect(stringToSign(twice)).toBe(stringToSign(once))
})
