import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createHttpClient } from './create-http-client.ts'
import type { BodySink, HttpRequest } from './http-client-seam.ts'
import { HttpError } from './http-error.ts'
import { answer, openSocketCount, type RawConnection, requestTo, startRawServer, testClient } from './raw-server.fixture.ts'

/** Answers each request with its target, for as long as the client stays. */
async function echo({ head, socket }: RawConnection): Promise<void> {
  for (;;) socket.write(answer((await head()).split(' ')[1] ?? ''))
}

function failure(promise: Promise<unknown>): Promise<HttpError> {
  return promise.then(
    () => {
      throw new Error('The request should have failed')
    },
    (error: unknown) => error as HttpError,
  )
}

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

describe('connections', () => {
  test('are as many as the limit says, are used again, and the requests beyond wait in order', async () => {
    const order: string[] = []
    const server = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        const target = (await head()).split(' ')[1] ?? ''
        order.push(target)
        socket.write(answer(target))
      }
    })
    const client = testClient({ maxConnectionsPerOrigin: 2 })
    const targets = Array.from({ length: 200 }, (_, index) => `/${index}`)
    const answers = await Promise.all(targets.map((target) => client.request(requestTo(server.origin, { target }))))
    expect(answers.map(({ body }) => body.toString())).toEqual(targets)
    expect(server.connectionCount).toBe(2)
    // Each of the two takes the first in the queue, so none is more than one place from its turn.
    expect(order.every((target, index) => Math.abs(Number(target.slice(1)) - index) <= 1)).toBe(true)
  })

  test('to equal origins are shared, whatever the object', async () => {
    const server = await startRawServer(echo)
    const client = testClient()
    for (let count = 0; count < 3; count += 1) await client.request(requestTo({ ...server.origin }))
    expect(server.connectionCount).toBe(1)
  })

  test('are not used again where the server says close', async () => {
    const server = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.write(answer('', { headers: 'Connection: close\r\n' }))
    })
    const client = testClient()
    for (let count = 0; count < 3; count += 1) await client.request(requestTo(server.origin))
    expect(server.connectionCount).toBe(3)
  })

  test('are replaced without notice when the server has closed them while they lay idle', async () => {
    const server = await startRawServer(async ({ head, socket, index }) => {
      socket.write(answer((await head()).split(' ')[1] ?? ''))
      // Only when the next request is there does it close: the client could not know.
      const second = await head()
      if (index === 0) socket.resetAndDestroy()
      else socket.write(answer(second.split(' ')[1] ?? ''))
    })
    const client = testClient()
    for (const target of ['/1', '/2', '/3'])
      expect((await client.request(requestTo(server.origin, { target }))).body.toString()).toBe(target)
    expect(server.connectionCount).toBe(2)
  })

  test('that are lost under a PUT are told, since it may have been done', async () => {
    const server = await startRawServer(async ({ head, bytes, socket, index }) => {
      await head()
      socket.write(answer(''))
      await head()
      await bytes(1)
      expect(index).toBe(0)
      socket.end()
    })
    const client = testClient()
    await client.request(requestTo(server.origin))
    const error = await failure(client.request(requestTo(server.origin, { method: 'PUT', body: [Buffer.from('x')] })))
    expect(error).toMatchObject({
      code: 'connection-lost',
      requestSent: true,
      retryable: true,
      subject: `http://127.0.0.1:${server.origin.port}`,
    })
  })

  test('that the server resets again and again fail in the end', async () => {
    const server = await startRawServer(async ({ head, socket }) => {
      const first = await head()
      if (first.includes('/good')) socket.write(answer(''))
      else socket.resetAndDestroy()
      await head()
      socket.resetAndDestroy()
    })
    const client = testClient()
    await client.request(requestTo(server.origin, { target: '/good' }))
    expect(await failure(client.request(requestTo(server.origin)))).toMatchObject({ code: 'connection-lost' })
    expect(server.connectionCount).toBe(2)
  })

  test('close after they were idle for a while', async () => {
    const closed = Promise.withResolvers<void>()
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write(answer(''))
      await gone
      closed.resolve()
    })
    await testClient({ idleConnectionMs: 50 }).request(requestTo(origin))
    await closed.promise
  })

  test('close before the server does where it has said when', async () => {
    const closed = Promise.withResolvers<void>()
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write(answer('', { headers: 'keep-alive: timeout=1\r\n' }))
      await gone
      closed.resolve()
    })
    await testClient({ idleConnectionMs: 1e9 }).request(requestTo(origin))
    await closed.promise
  })

  test('on which something comes that nobody asked for are closed, and the next request has another', async () => {
    const server = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write(answer(''))
      if (server.connectionCount > 1) return
      await served.promise
      socket.write(answer('', { status: 408 }))
      await gone
      closed.resolve()
    })
    const [served, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const client = testClient()
    await client.request(requestTo(server.origin))
    served.resolve()
    await closed.promise
    expect((await client.request(requestTo(server.origin))).status).toBe(200)
    expect(server.connectionCount).toBe(2)
  })

  test('spread over the addresses of a name; one that refuses is passed over', async () => {
    // `localhost` is ::1 as well on many machines, where this server does not listen.
    const { origin } = await startRawServer(echo)
    const client = testClient({ maxConnectionsPerOrigin: 8 })
    const named = { ...origin, hostname: 'localhost' }
    const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => client.request(requestTo(named, { target: `/${index}` }))))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })

  test('that cannot be made say where to and why', async () => {
    const { origin } = await startRawServer(echo)
    const client = testClient({ maxConnectionsPerOrigin: 2 })
    const nowhere = { ...origin, port: 1 }
    const errors = await Promise.all(Array.from({ length: 10 }, () => failure(client.request(requestTo(nowhere)))))
    for (const error of errors) {
      expect(error).toBeInstanceOf(HttpError)
      expect(error).toMatchObject({ code: 'connect-failed', requestSent: false, retryable: true, cause: { code: 'ECONNREFUSED' } })
      expect(error.message).toContain('http://127.0.0.1:1')
    }
    const unnamed = await failure(client.request(requestTo({ ...origin, hostname: 'no-such-host.invalid' })))
    expect(unnamed.code).toBe('connect-failed')
    expect(unnamed.cause).toBeInstanceOf(Error)
  })
})

describe('an answer', () => {
  const stages: readonly (readonly [string, string, string])[] = [
    ['before its status', '', 'connection-lost'],
    ['in its status', 'HTTP/1.1 2', 'connection-lost'],
    ['in its headers', 'HTTP/1.1 200 OK\r\ncontent-le', 'connection-lost'],
    ['before its body', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 'truncated'],
    ['in its body', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell', 'truncated'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhell', 'truncated'],
    ['before its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n', 'truncated'],
    ['in its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n', 'truncated'],
  ]

  test.each(stages)('that breaks off %s is an error, closed or reset', async (_, text, code) => {
    for (const end of ['end', 'reset'] as const) {
      const { origin } = await startRawServer(async ({ head, socket }) => {
        await head()
        if (text !== '') await new Promise((resolve) => socket.write(text, resolve))
        if (end === 'end') socket.end()
        else socket.resetAndDestroy()
      })
      const error = await failure(testClient().request(requestTo(origin)))
      expect(error).toMatchObject({ code, requestSent: true, retryable: true })
      expect(error.message).toContain(`http://127.0.0.1:${origin.port}`)
    }
  })

  test('that is none is an error, and closes the connection', async () => {
    const closed = Promise.withResolvers<void>()
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write('SSH-2.0-OpenSSH_9.2\r\n')
      await gone
      closed.resolve()
    })
    const error = await failure(testClient().request(requestTo(origin)))
    expect(error).toMatchObject({ code: 'protocol', requestSent: true })
    expect(error.message).toContain('HTTP/1.1')
    await closed.promise
  })

  test('that more bytes follow is an error, not an answer', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.write(`${answer('hello')}${answer('smuggled')}`)
    })
    expect((await failure(testClient().request(requestTo(origin)))).code).toBe('protocol')
  })

  test('is complete although the server closes right behind it', async () => {
    const server = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.end(answer('hello'))
    })
    const client = testClient()
    for (let count = 0; count < 20; count += 1) expect((await client.request(requestTo(server.origin))).body.toString()).toBe('hello')
  })

  test('that states more than fits into memory is an error', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900000000000000\r\n\r\nx')
    })
    expect((await failure(testClient().request(requestTo(origin)))).message).toContain('900000000000000 bytes')
  })

  test('in chunks is collected up to 64 MiB', async () => {
    const chunk = Buffer.concat([Buffer.from('1000000\r\n'), Buffer.alloc(16 * 2 ** 20, 1), Buffer.from('\r\n')])
    const { origin } = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        const count = Number((await head()).split(' ')[1]?.slice(1))
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
        for (let index = 0; index < count; index += 1) socket.write(chunk)
        socket.write('0\r\n\r\n')
      }
    })
    const client = testClient()
    expect((await client.request(requestTo(origin, { target: '/4' }))).body.equals(Buffer.alloc(64 * 2 ** 20, 1))).toBe(true)
    expect((await failure(client.request(requestTo(origin, { target: '/5' })))).code).toBe('protocol')
  })

  test('that comes before the body is sent is the answer, and the connection is closed', async () => {
    for (const [status, behaviour] of [
      [403, 'closes'],
      [503, 'resets'],
      [412, 'waits'],
    ] as const) {
      const closed = Promise.withResolvers<void>()
      const { origin } = await startRawServer(async ({ head, bytes, socket, gone }) => {
        await head()
        // In the middle: much has been read, much is on its way.
        await bytes(5_000_000)
        socket.pause()
        await new Promise((resolve) => socket.write(answer('<Error/>', { status }), resolve))
        if (behaviour === 'closes') socket.destroy()
        if (behaviour === 'resets') socket.resetAndDestroy()
        socket.resume()
        await gone
        closed.resolve()
      })
      const body = Array.from({ length: 64 }, () => bigPiece)
      const response = await testClient().request(requestTo(origin, { method: 'PUT', body }))
      expect([behaviour, response.status, response.body.toString()]).toEqual([behaviour, status, '<Error/>'])
      await closed.promise
    }
  })

  test('that comes at the very moment a body is written is never lost to the reset behind it', async () => {
    // In a thread of its own, so that it closes while this one is in the middle of a write.
    const worker = new Worker(
      `const server = require('node:net').createServer((socket) => {
        let receivedBytes = 0
        socket.on('error', () => {}).on('data', (chunk) => {
          if (receivedBytes < 3e6 && receivedBytes + chunk.length >= 3e6) {
            socket.end('HTTP/1.1 503 Slow Down\\r\\ncontent-length: 4\\r\\n\\r\\nslow')
            setImmediate(() => socket.destroy())
          }
          receivedBytes += chunk.length
        })
      })
      server.listen(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port))`,
      { eval: true },
    )
    onTestFinished(async () => {
      await worker.terminate()
    })
    const [port] = await once(worker, 'message')
    const client = testClient()
    const body = Array.from({ length: 32 }, () => bigPiece)
    for (let count = 0; count < 40; count += 1) {
      const response = await client.request(requestTo({ protocol: 'http:', hostname: '127.0.0.1', port }, { method: 'PUT', body }))
      expect([response.status, response.body.toString()]).toEqual([503, 'slow'])
    }
  })

  test('that never comes after the body was cut off is a lost connection', async () => {
    const { origin } = await startRawServer(async ({ head, bytes, socket }) => {
      await head()
      await bytes(5_000_000)
      socket.resetAndDestroy()
    })
    const body = Array.from({ length: 64 }, () => bigPiece)
    const error = await failure(testClient().request(requestTo(origin, { method: 'PUT', body })))
    expect(error).toMatchObject({ code: 'connection-lost', requestSent: true, retryable: true })
  })

  const bigPiece = Buffer.alloc(1_000_000, 7)
})

describe('a sink', () => {
  const collect = (pieces: Buffer[], status = 200): BodySink => ({
    accept: (head) => head.status === status,
    write: (chunk) => {
      pieces.push(Buffer.from(chunk))
    },
  })

  test('gets the body in order, and not that of an answer it does not accept', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.write(answer('one two'))
      await head()
      socket.write(answer('<Error/>', { status: 404 }))
      await head()
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\n\r\n')
    })
    const client = testClient({ maxConnectionsPerOrigin: 1 })
    const pieces: Buffer[] = []
    const first = await client.request(requestTo(origin, { sink: collect(pieces) }))
    const missing = await client.request(requestTo(origin, { sink: collect(pieces) }))
    const chunked = await client.request(requestTo(origin, { sink: collect(pieces) }))
    expect([first.body.length, missing.body.toString(), chunked.body.length, chunked.contentLength]).toEqual([0, '<Error/>', 0, undefined])
    expect(Buffer.concat(pieces).toString()).toBe('one twoone two')
  })

  test("that returns a promise stops the reading until it settles, and the silence is not the server's", async () => {
    const size = 20_000_000
    let sentBytes = 0
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
      for (; sentBytes < size; sentBytes += 1_000_000) {
        if (!socket.write(Buffer.alloc(1_000_000, sentBytes / 1_000_000))) await once(socket, 'drain')
      }
    })
    let [received, writing] = [0, 0]
    let sentWhilePaused = 0
    const sink: BodySink = {
      accept: () => true,
      write: async (chunk) => {
        writing += 1
        expect(writing).toBe(1)
        expect(chunk.every((byte, index) => byte === Math.floor((received + index) / 1_000_000))).toBe(true)
        const isFirst = received === 0
        received += chunk.length
        // Longer than the timeout below.
        if (isFirst) {
          await new Promise((resolve) => setTimeout(resolve, 600))
          sentWhilePaused = sentBytes
        }
        writing -= 1
      },
    }
    const response = await testClient().request(requestTo(origin, { sink, idleTimeoutMs: 200 }))
    expect([response.status, received]).toEqual([200, size])
    expect(sentWhilePaused).toBeLessThan(size)
  })

  test('that returns a promise for every chunk gets them one after another, to the end', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        await head()
        socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'1\r\na\r\n1\r\nb\r\n'.repeat(50)}0\r\n\r\n`)
      }
    })
    const client = testClient({ maxConnectionsPerOrigin: 1 })
    for (let count = 0; count < 2; count += 1) {
      let text = ''
      const sink: BodySink = {
        accept: () => true,
        write: async (chunk) => {
          text += Buffer.from(chunk).toString()
        },
      }
      await client.request(requestTo(origin, { sink }))
      expect(text).toBe('ab'.repeat(50))
    }
  })

  test('that is waited for still gets what came before the server closed', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n`)
    })
    let text = ''
    const sink: BodySink = {
      accept: () => true,
      write: async (chunk) => {
        text += Buffer.from(chunk).toString()
        await new Promise((resolve) => setTimeout(resolve, 20))
      },
    }
    await testClient().request(requestTo(origin, { sink }))
    expect(text).toBe('ab')
  })

  test.each<[string, Partial<BodySink>]>([
    [
      'throws',
      {
        write: () => {
          throw new Error('disk full')
        },
      },
    ],
    ['rejects', { write: () => Promise.reject(new Error('disk full')) }],
    [
      'cannot accept',
      {
        accept: () => {
          throw new Error('disk full')
        },
      },
    ],
  ])('that %s ends the request with that as its cause, and the connection', async (_, wrong) => {
    const closed = Promise.withResolvers<void>()
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n`)
      socket.write(Buffer.alloc(1_000_000))
      await gone
      closed.resolve()
    })
    const error = await failure(testClient().request(requestTo(origin, { sink: { accept: () => true, write: () => {}, ...wrong } })))
    expect(error).toMatchObject({ code: 'sink-failed', retryable: false, cause: { message: 'disk full' } })
    await closed.promise
  })
})

describe('silence', () => {
  test('of a server that accepts and says nothing is a timeout', async () => {
    const { origin } = await startRawServer(async ({ gone }) => gone)
    const startedMs = performance.now()
    const error = await failure(testClient().request(requestTo(origin, { idleTimeoutMs: 300 })))
    expect(error).toMatchObject({ code: 'timeout', retryable: true, requestSent: true })
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(300)
  })

  test('in the middle of a body is a timeout', async () => {
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel')
      await gone
    })
    expect((await failure(testClient().request(requestTo(origin, { idleTimeoutMs: 200 })))).code).toBe('timeout')
  })

  test('of a server that takes nothing of a large body is a timeout', async () => {
    const { origin } = await startRawServer(async ({ socket }) => {
      socket.pause()
      await once(socket, 'close')
    })
    const body = Array.from({ length: 32 }, () => Buffer.alloc(1_000_000))
    expect((await failure(testClient().request(requestTo(origin, { method: 'PUT', body, idleTimeoutMs: 200 })))).code).toBe('timeout')
  })

  test('between drops that come in time is none, however long the answer takes', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      const text = answer('drip')
      for (let at = 0; at < text.length; at += 4) {
        await new Promise((resolve) => setTimeout(resolve, 60))
        socket.write(text.slice(at, at + 4))
      }
    })
    const startedMs = performance.now()
    expect((await testClient().request(requestTo(origin, { idleTimeoutMs: 400 }))).body.toString()).toBe('drip')
    expect(performance.now() - startedMs).toBeGreaterThan(700)
  })

  test('while this program was busy does not count', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      blockLoop(500)
      socket.write(answer('late'))
    })
    expect((await testClient().request(requestTo(origin, { idleTimeoutMs: 200 }))).body.toString()).toBe('late')
  })

  function blockLoop(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }
})

describe('an abort', () => {
  test('rejects with its reason and destroys the socket, at every stage, in less than 100 ms', async () => {
    const texts = ['', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel']
    for (const text of texts) {
      const [reached, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const { origin } = await startRawServer(async ({ head, socket, gone }) => {
        await head()
        socket.write(text, () => reached.resolve())
        await gone
        closed.resolve()
      })
      const controller = new AbortController()
      const request = failure(testClient().request(requestTo(origin, { signal: controller.signal })))
      await reached.promise
      const startedMs = performance.now()
      const reason = new Error('no longer wanted')
      controller.abort(reason)
      expect(await request).toBe(reason)
      await closed.promise
      expect(performance.now() - startedMs).toBeLessThan(100)
    }
  })

  test('of one of many takes it out of the queue, and the others go on', async () => {
    const gate = Promise.withResolvers<void>()
    const targets: string[] = []
    const { origin } = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        const target = (await head()).split(' ')[1] ?? ''
        targets.push(target)
        await gate.promise
        socket.write(answer(target))
      }
    })
    const client = testClient({ maxConnectionsPerOrigin: 1 })
    const controllers = Array.from({ length: 6 }, () => new AbortController())
    const requests = controllers.map(({ signal }, index) =>
      client.request(requestTo(origin, { target: `/${index}`, signal })).catch((error: Error) => error.name),
    )
    for (const index of [2, 5, 3]) controllers[index]?.abort()
    gate.resolve()
    const outcomes = (await Promise.all(requests)).map((outcome) => (typeof outcome === 'string' ? outcome : outcome.body.toString()))
    expect(outcomes).toEqual(['/0', '/1', 'AbortError', 'AbortError', '/4', 'AbortError'])
    expect(targets).toEqual(['/0', '/1', '/4'])
  })

  test('of thousands by one signal ends them all, and leaves no listener behind', async () => {
    const { origin } = await startRawServer(async ({ gone }) => gone)
    const client = testClient()
    let listenerCount = 0
    const controller = new AbortController()
    const { signal } = controller
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listenerCount += 1
      add(...given)
    }
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listenerCount -= 1
      remove(...given)
    }
    const requests = Array.from({ length: 5_000 }, () => failure(client.request(requestTo(origin, { signal }))))
    expect(listenerCount).toBe(1)
    controller.abort()
    expect(new Set(await Promise.all(requests))).toEqual(new Set([signal.reason]))
    expect(listenerCount).toBe(0)
  })

  test('before the request sends nothing', async () => {
    const server = await startRawServer(echo)
    const error = await failure(testClient().request(requestTo(server.origin, { signal: AbortSignal.abort() })))
    expect(error.name).toBe('AbortError')
    expect(server.connectionCount).toBe(0)
  })

  test('of a connection that is being made ends it', async () => {
    const { origin } = await startRawServer(echo)
    const controller = new AbortController()
    const request = failure(testClient().request(requestTo({ ...origin, hostname: 'localhost' }, { signal: controller.signal })))
    controller.abort()
    expect((await request).name).toBe('AbortError')
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
      const outcomes = targets.flatMap((target) =>
        [1, 2, 3].map(() =>
          client
            .request(target === '/sink' ? requestTo(origin, { target: '/good', sink }) : requestTo(origin, { target, idleTimeoutMs: 100 }))
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
