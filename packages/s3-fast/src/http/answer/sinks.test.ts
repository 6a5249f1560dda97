import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { BodySink } from '../http-client-seam.ts'
import { answer, failure, requestTo, startRawServer, testClient } from '../raw-server.fixture.ts'

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
