import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, test } from 'vitest'
import { createClient, failure, sharedStack, startStack } from '../stack.fixture.ts'

const shared = sharedStack()
const codeOf = async (response: Promise<Response>): Promise<string> => {
  const { status, ...rest } = await response.then(async (each) => ({ status: each.status, text: await each.text() }))
  return `${status} ${/<Code>(\w+)<\/Code>/.exec(rest.text)?.[1] ?? rest.text}`
}

describe('a request', () => {
  test('with another secret, another key, or no signature is refused', async () => {
    const { stack } = shared
    const Bucket = await shared.bucket()
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = stack.env
    const list = (credentials: object): Promise<string> =>
      failure(createClient(stack, { credentials: { accessKeyId, secretAccessKey, ...credentials } }).listObjectsV2({ Bucket }))
    expect(await list({})).toBe('no failure')
    expect(await list({ secretAccessKey: 'another' })).toBe('403 SignatureDoesNotMatch')
    expect(await list({ accessKeyId: 'ANOTHERKEY0000000000' })).toBe('403 InvalidAccessKeyId')
    expect(await list({ sessionToken: 'stray' })).toBe('400 InvalidToken')
    expect(await codeOf(fetch(`${stack.s3.url}/${Bucket}`))).toBe('403 AccessDenied')
  })

  test('with the session token of the stack is accepted, and only with it', async () => {
    const credentials = { accessKeyId: 'KEY', secretAccessKey: 'secret', sessionToken: 'the token' }
    const stack = await startStack({ credentials })
    expect(stack.env.AWS_SESSION_TOKEN).toBe('the token')
    expect(await failure(createClient(stack, { credentials }).listBuckets())).toBe('no failure')
    expect(await failure(createClient(stack).listBuckets())).toBe('400 InvalidToken')
    const client = createClient(stack, { credentials })
    await client.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x' })
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))
    expect(await (await fetch(url)).text()).toBe('x')
  })

  test('of a client whose clock is wrong is refused, and the client can mend that from the answer', async () => {
    const now = (): number => Date.now() + 3_600_000
    const stack = await startStack({ now })
    expect(await failure(createClient(stack).listBuckets())).toBe('403 RequestTimeTooSkewed')
    expect(await failure(createClient(stack, { systemClockOffset: 3_600_000 }).listBuckets())).toBe('no failure')
  })

  test('whose body is not what was signed is refused', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const tampering = createClient(shared.stack, { requestChecksumCalculation: 'WHEN_REQUIRED' })
    tampering.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request as { body?: unknown }
        request.body = 'hellO'
        return next(args)
      },
      { step: 'deserialize' },
    )
    expect(await failure(tampering.putObject({ Bucket, Key: 'k', Body: 'hello' }))).toBe('400 XAmzContentSHA256Mismatch')
    expect(await failure(client.headObject({ Bucket, Key: 'k' }))).toBe('404 NotFound')
  })
})

describe('a presigned URL', () => {
  test('reads and writes without any other key, and carries headers as parameters', async () => {
    // Otherwise the SDK signs the checksum of an empty body.
    const client = createClient(shared.stack, { requestChecksumCalculation: 'WHEN_REQUIRED' })
    const Bucket = await shared.bucket()
    for (const Key of ['k', 'a b/ü+&?']) {
      const put = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType: 'text/plain', Metadata: { a: '1' } }))
      expect((await fetch(put, { method: 'PUT', body: `of ${Key}`, headers: { 'content-type': 'text/plain' } })).status).toBe(200)
      const get = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key, ResponseContentType: 'text/html' }))
      const response = await fetch(get, { headers: { range: 'bytes=3-' } })
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([206, 'text/html', Key])
      expect(response.headers.get('x-amz-meta-a')).toBe('1')
    }
  })

  test('with a checksum is good for that body only', async () => {
    const Bucket = await shared.bucket()
    const empty = await getSignedUrl(shared.client, new PutObjectCommand({ Bucket, Key: 'k' }))
    expect(empty).toContain('x-amz-checksum-crc32=AAAAAA%3D%3D')
    expect(await codeOf(fetch(empty, { method: 'PUT', body: 'not empty' }))).toBe('400 BadDigest')
    expect((await fetch(empty, { method: 'PUT', body: '' })).status).toBe(200)
  })

  test('is good for its method, its key and its time only', async () => {
    let now = Date.now()
    const stack = await startStack({ now: () => now })
    const client = createClient(stack)
    await client.putObject({ Bucket: 'bucket', Key: 'k', Body: 'x' })
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }), { expiresIn: 60 })
    expect((await fetch(url)).status).toBe(200)
    expect(await codeOf(fetch(url, { method: 'DELETE' }))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(fetch(url.replace('/k?', '/other?')))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(fetch(url.replace('Expires=60', 'Expires=61')))).toBe('403 SignatureDoesNotMatch')
    expect(await codeOf(fetch(`${url}&response-content-type=text/html`))).toBe('403 SignatureDoesNotMatch')
    now += 62_000
    expect(await codeOf(fetch(url))).toBe('403 AccessDenied')
  })
})
