import { expect, test } from 'vitest'
import type { HttpErrorCode, HttpResponse } from '../http/http-client-seam.ts'
import { HttpError } from '../http/http-error.ts'
import { errorFromAnswer } from './error-from-answer.ts'
import { errorFromTransport } from './error-from-transport.ts'
import { S3Error } from './s3-error.ts'

const object = { action: 'read', bucket: 'lake', key: 'a/b c' }

function answer(
  status: number,
  { headers = {}, document = '' }: { readonly headers?: Readonly<Record<string, string>>; readonly document?: string } = {},
): HttpResponse {
  const body = Buffer.from(document)
  return {
    status,
    body,
    header: (name) => headers[name],
    hasHeader: () => false,
    headers: () => Object.entries(headers),
    contentLength: body.length,
  }
}

const errorDocument = (code: string, more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>What S3 says of it.</Message>${more}<RequestId>4442587FB7D0A2F9</RequestId><HostId>x</HostId></Error>`

test.each([
  [404, 'NoSuchKey', 'not-found', false],
  [404, 'NoSuchBucket', 'bucket-not-found', false],
  [404, 'NoSuchUpload', 'not-found', false],
  [403, 'AccessDenied', 'forbidden', false],
  [403, 'SignatureDoesNotMatch', 'invalid-credentials', false],
  [403, 'InvalidAccessKeyId', 'invalid-credentials', false],
  [403, 'RequestTimeTooSkewed', 'clock-skew', true],
  [403, 'InvalidObjectState', 'archived', false],
  [400, 'ExpiredToken', 'expired-credentials', true],
  [400, 'BadDigest', 'corrupt-body', true],
  [400, 'RequestTimeout', 'timeout', true],
  [400, 'InvalidArgument', 'invalid-request', false],
  [412, 'PreconditionFailed', 'precondition-failed', false],
  [416, 'InvalidRange', 'range-not-satisfiable', false],
  [409, 'ConditionalRequestConflict', 'conflict', true],
  [409, 'BucketAlreadyOwnedByYou', 'already-exists', false],
  [500, 'InternalError', 'server-error', true],
  [501, 'NotImplemented', 'unsupported', false],
  [503, 'SlowDown', 'throttled', true],
  [404, 'SomethingNew', 'not-found', false],
  [599, 'SomethingNew', 'server-error', true],
])('status %i with %s is %s', (status, serviceCode, code, retryable) => {
  const error = errorFromAnswer(answer(status, { document: errorDocument(serviceCode) }), object)
  expect(error).toMatchObject({ code, retryable, status, serviceCode, requestId: '4442587FB7D0A2F9', bucket: 'lake', key: 'a/b c' })
  expect(error.message).toMatch(/^Could not read s3:\/\/lake\/a\/b c: .+\(.*What S3 says of it\.\)$/)
})

test.each([
  [304, 'precondition-failed'],
  [400, 'invalid-request'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [405, 'unsupported'],
  [409, 'conflict'],
  [412, 'precondition-failed'],
  [416, 'range-not-satisfiable'],
  [429, 'throttled'],
  [500, 'server-error'],
  [502, 'server-error'],
  [503, 'throttled'],
  [504, 'server-error'],
] as const)('status %i without a document, as a HEAD has it, is %s', (status, code) => {
  const error = errorFromAnswer(answer(status), object)
  expect(error).toMatchObject({ code, status, serviceCode: undefined, bucket: 'lake', key: 'a/b c' })
  expect(error.message).toContain(`(status ${status})`)
})

test('404 for a request about a bucket alone is about the bucket', () => {
  const error = errorFromAnswer(answer(404), { action: 'list', bucket: 'lake' })
  expect(error.code).toBe('bucket-not-found')
  expect(error.message).toBe(
    'Could not list s3://lake: there is no bucket "lake". Look at its spelling and at the endpoint, or create it. (status 404)',
  )
})

test('412 for a write that creates only says that the object exists', () => {
  const error = errorFromAnswer(answer(412, { document: errorDocument('PreconditionFailed') }), {
    ...object,
    action: 'write',
    createOnly: true,
  })
  expect(error.code).toBe('already-exists')
  expect(error.message).toContain('there is an object of this key already, and it was left as it is')
})

test('a bucket in another region is told with the region, from the header or the document', () => {
  const byHeader = errorFromAnswer(answer(301, { headers: { 'x-amz-bucket-region': 'eu-north-1' } }), object)
  const document = errorDocument('AuthorizationHeaderMalformed', '<Region>eu-north-1</Region>')
  for (const error of [byHeader, errorFromAnswer(answer(400, { document }), object)]) {
    expect(error).toMatchObject({ code: 'wrong-region', retryable: true, region: 'eu-north-1' })
    expect(error.message).toContain('new S3({ region: "eu-north-1" })')
  }
  expect(errorFromAnswer(answer(400, { document: errorDocument('AuthorizationHeaderMalformed') }), object).code).toBe('invalid-credentials')
})

test("an error keeps the server's time and how long it asks to wait", () => {
  const headers = { date: 'Mon, 23 Nov 2026 02:43:39 GMT', 'retry-after': '3', 'x-amz-request-id': 'R1' }
  expect(errorFromAnswer(answer(503, { headers }), object)).toMatchObject({
    serverTime: new Date('2026-11-23T02:43:39Z'),
    retryAfterMs: 3_000,
    requestId: 'R1',
  })
  const until = { ...headers, 'retry-after': 'Mon, 23 Nov 2026 02:43:49 GMT' }
  expect(errorFromAnswer(answer(503, { headers: until }), object).retryAfterMs).toBe(10_000)
  expect(errorFromAnswer(answer(503, { headers: { date: 'now', 'retry-after': 'soon' } }), object)).toMatchObject({
    serverTime: undefined,
    retryAfterMs: undefined,
  })
})

test("a clock that is off is told with the server's time, as exactly as the server tells it", () => {
  const headers = { date: 'Mon, 23 Nov 2026 02:43:39 GMT' }
  const exact = errorDocument('RequestTimeTooSkewed', '<ServerTime>2026-11-23T02:43:39.500Z</ServerTime>')
  expect(errorFromAnswer(answer(403, { headers, document: exact }), object).serverTime).toEqual(new Date('2026-11-23T02:43:39.5Z'))
  const vague = errorDocument('RequestTimeTooSkewed', '<ServerTime>now</ServerTime>')
  expect(errorFromAnswer(answer(403, { headers, document: vague }), object).serverTime).toEqual(new Date('2026-11-23T02:43:39Z'))
})

test.each(['', '<html>Bad gateway</html>', '<Error><Code>NoSuchKey', '\u0000\u0001', '{"error":"no"}'])(
  'an answer with %j for a document is told by its status',
  (document) => {
    expect(errorFromAnswer(answer(502, { document }), object)).toMatchObject({ code: 'server-error', serviceCode: undefined })
  },
)

test('what a server says fits on the line of a log', () => {
  const document = `<Error><Code>AccessDenied</Code><Message>one\n\n two${'x'.repeat(1_000)}</Message></Error>`
  const { message } = errorFromAnswer(answer(403, { document }), object)
  expect(message).not.toContain('\n')
  expect(message.length).toBeLessThan(700)
})

test.each([
  ['connect-failed', 'connection-failed'],
  ['connection-lost', 'connection-failed'],
  ['truncated', 'connection-failed'],
  ['timeout', 'timeout'],
  ['protocol', 'protocol'],
] as const)('the transport failure %s is %s, with its cause', (transportCode, code) => {
  const cause = transportError(transportCode)
  const error = errorFromTransport(cause, object)
  expect(error).toMatchObject({ code, retryable: true, bucket: 'lake', key: 'a/b c', cause })
  expect(String(error)).toBe('S3Error: Could not read s3://lake/a/b c: the connection to http://127.0.0.1:1 failed.')
})

test('what is no failure of the transport is passed on: an abort, a full disk in the sink', () => {
  const abort = new DOMException('stop', 'AbortError')
  expect(errorFromTransport(abort, object)).toBe(abort)
  const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
  expect(errorFromTransport(transportError('sink-failed', full), object)).toBe(full)
})

test('S3Error.is knows an error of another installed copy, and its code', () => {
  const other = Object.assign(new Error('x'), { code: 'not-found', [Symbol.for('millrace.s3-error')]: true })
  expect(S3Error.is(other, 'not-found')).toBe(true)
  expect(S3Error.is(other, 'forbidden')).toBe(false)
  expect(S3Error.is(Object.assign(new Error('x'), { code: 'not-found' }), 'not-found')).toBe(false)
  expect(S3Error.is({ code: 'not-found' })).toBe(false)
})

function transportError(code: HttpErrorCode, cause?: Error): HttpError {
  return new HttpError(code, 'The connection to http://127.0.0.1:1 failed.', {
    subject: 'http://127.0.0.1:1',
    requestSent: true,
    retryable: true,
    cause,
  })
}
