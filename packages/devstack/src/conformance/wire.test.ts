import { createHash, createHmac, hash } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { Devstack } from '../devstack.ts'
import { exchange, openConnection, presignedRequest } from './raw-client.fixture.ts'
import { createClient, sharedStack, startStack, textOf } from './stack.fixture.ts'

const shared = sharedStack()
const at = async (): Promise<{ Bucket: string; Key: string }> => ({ Bucket: await shared.bucket(), Key: 'k' })
const status = (text: string): string => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? text
const bodyEnds = (text: string): boolean => text.endsWith('</Error>')

describe('a client that waits for 100 Continue', () => {
  test('is asked for the body only when the request can be done', async () => {
    const place = await at()
    const expecting = { headers: { expect: '100-continue' } }
    const head = (await presignedRequest(shared.stack, 'PUT', place, { ...expecting, body: 'hello' })).slice(0, -5)
    const socket = openConnection(shared.stack.s3.url)
    const next = (): Promise<string> => new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())))
    const first = next()
    socket.write(head)
    expect(await first).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    const second = next()
    socket.write('hello')
    expect(status(await second)).toBe('200')
    expect(await textOf(shared.client.getObject(place))).toBe('hello')
  })

  test('gets its refusal without sending a body, and the end of the connection', async () => {
    const request = await presignedRequest(shared.stack, 'PUT', { Bucket: 'not-there', Key: 'k' }, { headers: { expect: '100-continue' } })
    const { text, ended } = await exchange(shared.stack.s3.url, request.replace('content-length: 0', 'content-length: 5000000'))
    expect([status(text), ended]).toEqual(['404', 'fin'])
    expect(text).toContain('<Code>NoSuchBucket</Code>')
    expect(text).toMatch(/^connection: close\r$/im)
  })
})

describe('a connection', () => {
  test('serves one request after another, also when they come at once, and after errors', async () => {
    const place = await at()
    await shared.client.putObject({ ...place, Body: 'hello' })
    const get = await presignedRequest(shared.stack, 'GET', place)
    const missing = await presignedRequest(shared.stack, 'GET', { ...place, Key: 'missing' })
    const put = await presignedRequest(shared.stack, 'PUT', { Bucket: 'not-there', Key: 'k' }, { body: 'x'.repeat(100_000) })
    const { text } = await exchange(shared.stack.s3.url, get + missing + put + get, (so) => so.split('hello').length === 3)
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(['200', '404', '404', '200'])
  })

  test('that ends in the middle of a body leaves no object', async () => {
    const place = await at()
    const request = await presignedRequest(shared.stack, 'PUT', place, { body: 'x'.repeat(3_000_000) })
    const socket = openConnection(shared.stack.s3.url)
    await new Promise<void>((resolve) => socket.write(request.slice(0, 2_500_000), () => resolve()))
    socket.resetAndDestroy()
    await shared.client.putObject({ ...place, Key: 'other' })
    expect((await shared.client.listObjectsV2({ Bucket: place.Bucket })).Contents?.map(({ Key }) => Key)).toEqual(['other'])
  })
})

describe('a body', () => {
  test('without a length is refused', async () => {
    const request = await presignedRequest(shared.stack, 'PUT', await at(), { headers: { 'transfer-encoding': 'chunked' } })
    const { text } = await exchange(shared.stack.s3.url, `${request.replace('content-length: 0\r\n', '')}5\r\nhello\r\n0\r\n\r\n`, bodyEnds)
    expect(text).toMatch(/^HTTP\/1\.1 411 .*<Code>MissingContentLength</s)
  })

  test('of more than 5 GiB is refused before it comes', async () => {
    const request = await presignedRequest(shared.stack, 'PUT', await at(), { headers: { expect: '100-continue' } })
    const { text } = await exchange(shared.stack.s3.url, request.replace('content-length: 0', `content-length: ${5 * 2 ** 30 + 1}`))
    expect(text).toMatch(/^HTTP\/1\.1 400 .*<Code>EntityTooLarge</s)
  })
})

/** Sends a PUT whose body is in signed chunks, as older SDKs do, and gives the answer's status and text. */
function putInChunks(
  { s3, env }: Devstack,
  {
    path,
    chunks,
    decodedLength,
    tamper,
  }: { path: string; chunks: readonly string[]; decodedLength?: number; tamper?: (body: string) => string },
): Promise<string> {
  const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const amzDate = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const scope = `${amzDate.slice(0, 8)}/us-east-1/s3/aws4_request`
  const key = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${env.AWS_SECRET_ACCESS_KEY}`) as Buffer
  const host = new URL(s3.url).host
  const trailer = `x-amz-checksum-sha256:${createHash('sha256').update(chunks.join('')).digest('base64')}\n`
  const headers: Record<string, string> = {
    'content-encoding': 'aws-chunked',
    host,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'x-amz-date': amzDate,
    'x-amz-decoded-content-length': String(decodedLength ?? chunks.join('').length),
    'x-amz-trailer': 'x-amz-checksum-sha256',
  }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = `PUT\n${path}\n\n${lines.join('')}\n${names}\n${headers['x-amz-content-sha256']}`
  const sign = (form: string, ...rest: string[]): string => hmac(key, [form, amzDate, scope, ...rest].join('\n')).toString('hex')
  let signature = sign('AWS4-HMAC-SHA256', hash('sha256', canonical))
  const authorization = `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/${scope},SignedHeaders=${names},Signature=${signature}`
  let body = ''
  for (const chunk of [...chunks, '']) {
    signature = sign('AWS4-HMAC-SHA256-PAYLOAD', signature, hash('sha256', ''), hash('sha256', chunk))
    body += `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`
  }
  body += `${trailer.replace('\n', '\r\n')}x-amz-trailer-signature:${sign('AWS4-HMAC-SHA256-TRAILER', signature, hash('sha256', trailer))}\r\n\r\n`
  const sent = tamper ? tamper(body) : body
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(s3.url + path, { method: 'PUT', headers: { ...headers, authorization, 'content-length': sent.length } })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      let text = `${response.statusCode} `
      response.on('data', (data: Buffer) => {
        text += data.toString()
      })
      response.on('end', () => resolve(/<Code>(\w+)/.exec(text)?.[1] ?? text.trim()))
    })
    outgoing.end(sent)
  })
}

describe('a body in signed chunks with a signed trailer', () => {
  test('is accepted', async () => {
    const { Bucket, Key } = await at()
    expect(await putInChunks(shared.stack, { path: `/${Bucket}/${Key}`, chunks: ['a'.repeat(70_000), 'b'.repeat(10)] })).toBe('200')
    const got = await shared.client.getObject({ Bucket, Key, ChecksumMode: 'ENABLED' })
    expect([got.ContentLength, got.ContentEncoding, got.ChecksumSHA256]).toEqual([70_010, undefined, expect.any(String)])
  })

  test.each([
    ['a byte of a chunk', (body: string) => body.replace('aaa', 'aba'), 'SignatureDoesNotMatch'],
    ['the trailing checksum', (body: string) => body.replace(/sha256:.{4}/, 'sha256:AAAA'), 'SignatureDoesNotMatch'],
    [
      'the signature of the trailer',
      (body: string) => body.replace(/trailer-signature:.{4}/, 'trailer-signature:0000'),
      'SignatureDoesNotMatch',
    ],
    ['the end', (body: string) => body.slice(0, -2), 'IncompleteBody'],
  ])('is refused when %s was changed', async (_, tamper, code) => {
    const { Bucket, Key } = await at()
    expect(await putInChunks(shared.stack, { path: `/${Bucket}/${Key}`, chunks: ['aaaaaaaa'], tamper })).toBe(code)
    expect((await shared.client.listObjectsV2({ Bucket })).KeyCount).toBe(0)
  })

  test('is refused when it is not as long as it says', async () => {
    const { Bucket, Key } = await at()
    expect(await putInChunks(shared.stack, { path: `/${Bucket}/${Key}`, chunks: ['abc'], decodedLength: 4 })).toBe('IncompleteBody')
  })
})

describe('an address', () => {
  test('may name the bucket in its host', async () => {
    const place = await at()
    await shared.client.putObject({ ...place, Body: 'hello' })
    for (const domain of ['localhost', 's3.localhost', 's3.us-east-1.amazonaws.com', 's3.amazonaws.com']) {
      const request = await presignedRequest(shared.stack, 'GET', place, { endpoint: `http://${domain}` })
      expect(request).toContain(`host: ${place.Bucket}.${domain}`)
      const { text } = await exchange(shared.stack.s3.url, request, (so) => so.endsWith('hello'))
      expect(status(text)).toBe('200')
    }
  })

  test('that is no path in UTF-8 is refused', async () => {
    const request = `GET /bucket/%ff HTTP/1.1\r\nhost: x\r\n\r\n`
    expect((await exchange(shared.stack.s3.url, request, bodyEnds)).text).toMatch(/400 .*<Code>InvalidURI</s)
  })

  test('may be a whole URL, as proxies are asked', async () => {
    const place = await at()
    await shared.client.putObject({ ...place, Body: 'hello' })
    const request = (await presignedRequest(shared.stack, 'GET', place)).replace('GET /', `GET ${shared.stack.s3.url}/`)
    expect(status((await exchange(shared.stack.s3.url, request, (so) => so.endsWith('hello'))).text)).toBe('200')
  })
})

test.each(['POST', 'PATCH', 'OPTIONS'])('%s on an object is not allowed', async (method) => {
  const { text } = await exchange(shared.stack.s3.url, `${method} /bucket/key HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`, bodyEnds)
  expect(text).toMatch(/405 .*<Code>MethodNotAllowed</s)
})

test('closing ends connections that are idle and those that are in the middle of something', async () => {
  const stack = await startStack()
  const idle = exchange(stack.s3.url, '')
  const busy = exchange(
    stack.s3.url,
    await presignedRequest(stack, 'PUT', { Bucket: 'bucket', Key: 'k' }, { body: 'xx' }).then((text) => text.slice(0, -1)),
  )
  await createClient(stack).listBuckets()
  await stack.close()
  expect((await idle).text + (await busy).text).toBe('')
})
