import { beforeEach, describe, expect, test } from 'vitest'
import { createHttpClient } from './create-http-client.ts'
import type { BodySink, HttpRequest } from './http-client-seam.ts'
import type { HttpError } from './http-error.ts'
import { answer, echo, failure, openSocketCount, requestTo, startRawServer, testClient } from './raw-server.fixture.ts'

describe('a request', () => {
  test('goes out as it was given and comes back whole', async () => {
    const heads: string[] = []
    const { origin } = await startRawServer(async ({ head, bytes, socket }) => {
      heads.push(await head())
      socket.write(answer('hello', { headers: 'ETag: "a"\r\nx-amz-meta-name: \xe9\r\n' }))
      heads.push(await head(), (await bytes(6)).toString())
      socket.write(answer('', { status: 204 }).replace('content-length: 0\r\n', ''))
    })
    const client = testClient()
    const read = await client.request(requestTo(origin, { target: '/b/%C3%A9?x=1', headers: 'host: h\r\nx-name: \xe9\r\n' }))
    expect([read.status, read.body.toString(), read.contentLength, read.header('etag')]).toEqual([200, 'hello', 5, '"a"'])
    const written = await client.request(
      requestTo(origin, { method: 'PUT', body: [Buffer.from('abc'), Buffer.from(''), Buffer.from('def')] }),
    )
    expect([written.status, written.body.length]).toEqual([204, 0])
    expect(heads).toEqual([
      'GET /b/%C3%A9?x=1 HTTP/1.1\r\nhost: h\r\nx-name: \xe9\r\n\r\n',
      `PUT /bucket/key HTTP/1.1\r\nhost: 127.0.0.1:${origin.port}\r\ncontent-length: 6\r\n\r\n`,
      'abcdef',
    ])
  })

  test('has its body sent byte for byte, whatever the pieces, and the answer read back the same', async () => {
    const pieces = [7, 0, 3_000_000, 1, 1_048_576, 70_000].map((length, piece) => Buffer.alloc(length, piece + 1))
    const whole = Buffer.concat(pieces)
    const { origin } = await startRawServer(async ({ head, bytes, socket }) => {
      for (;;) {
        const length = Number(/content-length: (\d+)/.exec(await head())?.[1])
        const body = await bytes(length)
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`)
        socket.write(body)
      }
    })
    const client = testClient({ maxConnectionsPerOrigin: 1 })
    for (const body of [pieces, [whole], [whole.subarray(0, 65_536)], [whole.subarray(0, 65_537)]]) {
      const { body: back } = await client.request(requestTo(origin, { method: 'PUT', body }))
      expect(back.equals(Buffer.concat(body))).toBe(true)
    }
  })

  test.each<[string, Partial<HttpRequest>]>([
    ['a target with a space', { target: '/a b' }],
    ['a target with a line break', { target: '/a\r\nx: y' }],
    ['a target that is not encoded', { target: '/é' }],
    ['a header with a line break in its value', { headers: 'host: a\nx: y\r\n' }],
    ['headers that end early', { headers: 'host: a\r\n\r\nGET /' }],
    ['a header beyond Latin-1', { headers: 'x-amz-meta-name: 名\r\n' }],
    ["a length that is not the body's", { method: 'PUT', headers: 'content-length: 4\r\n', body: [Buffer.from('abc')] }],
  ])('with %s is a TypeError before anything is sent', async (_, more) => {
    const server = await startRawServer(echo)
    await expect(testClient().request(requestTo(server.origin, more))).rejects.toThrow(TypeError)
    expect(server.connectionCount).toBe(0)
  })
})

describe('closing', () => {
  let before = 0
  beforeEach(() => {
    before = openSocketCount()
  })

  test('rejects what is under way and what waits, and leaves no descriptor', async () => {
    const arrived = Promise.withResolvers<void>()
    const { origin } = await startRawServer(async ({ head, gone }) => {
      await head()
      arrived.resolve()
      await gone
    })
    const withServer = openSocketCount()
    const client = createHttpClient({ environment: {}, maxConnectionsPerOrigin: 3 })
    const requests = Array.from({ length: 10 }, () => failure(client.request(requestTo(origin))))
    await arrived.promise
    await client.close()
    expect(new Set((await Promise.all(requests)).map(({ code }) => code))).toEqual(new Set(['connection-lost']))
    expect((await failure(client.request(requestTo(origin)))).message).toContain('the client was closed')
    // The server's ends close when it sees the clients' gone.
    await expect.poll(openSocketCount).toBeLessThanOrEqual(withServer)
  })

  test.runIf(process.platform === 'linux')('leaves no descriptor, whatever happened before', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        const target = (await head()).split(' ')[1]
        if (target === '/reset') socket.resetAndDestroy()
        if (target === '/cut') socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx')
        if (target === '/garbage') socket.write('garbage')
        if (target === '/good') socket.write(answer('good'))
      }
    })
    const listening = openSocketCount()
    {
      await using client = createHttpClient({ environment: {} })
      const targets = ['/reset', '/cut', '/garbage', '/good', '/silent', '/sink']
      const sink: BodySink = {
        accept: () => true,
        write: () => {
          throw new Error('no')
        },
      }
      const askedWith: Readonly<Record<string, Partial<HttpRequest>>> = {
        '/sink': { target: '/good', sink },
        '/silent': { target: '/silent', idleTimeoutMs: 100 },
      }
      const outcomes = targets.flatMap((target) =>
        [1, 2, 3].map(() =>
          client
            .request(requestTo(origin, askedWith[target] ?? { target }))
            .then(({ body }) => body.toString())
            .catch((error: HttpError) => error.code),
        ),
      )
      const refused = failure(client.request(requestTo({ ...origin, port: 1 })))
      expect(new Set(await Promise.all(outcomes))).toEqual(
        new Set(['connection-lost', 'truncated', 'protocol', 'good', 'timeout', 'sink-failed']),
      )
      expect((await refused).code).toBe('connect-failed')
      expect(openSocketCount()).toBeGreaterThan(before)
    }
    await expect.poll(openSocketCount).toBe(listening)
  })
})
