import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test } from 'vitest'
import { answer, failure, requestTo, startRawServer, testClient } from '../raw-server.fixture.ts'

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
