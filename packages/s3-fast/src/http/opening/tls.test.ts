import type { TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BodySink } from '../http-client-seam.ts'
import { answer, type RawConnection, requestTo, startRawServer, testClient } from '../raw-server.fixture.ts'
import { echo, failure, hasOpenssl, issueFor } from './opening.fixture.ts'

let certificate = { key: '', cert: '' }

beforeAll(() => {
  if (hasOpenssl) certificate = issueFor('IP:127.0.0.1,DNS:localhost')
})

describe.runIf(hasOpenssl)('over TLS', () => {
  test('a certificate that nobody vouches for is refused, with what to do', async () => {
    const { origin } = await startRawServer(echo, { tls: certificate })
    const error = await failure(testClient().request(requestTo(origin)))
    expect(error).toMatchObject({
      code: 'connect-failed',
      retryable: false,
      requestSent: false,
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(error.message).toContain('option `ca`')
  })

  test('one of a named authority is accepted, for its own names and addresses only', async () => {
    const { origin } = await startRawServer(echo, { tls: certificate })
    const client = testClient({ ca: certificate.cert })
    for (const hostname of ['127.0.0.1', 'localhost']) {
      expect((await client.request(requestTo({ ...origin, hostname }, { target: '/x' }))).body.toString()).toBe('/x')
    }
    const foreign = issueFor('IP:127.0.0.9,DNS:example.com')
    const { origin: posing } = await startRawServer(echo, { tls: foreign })
    for (const hostname of ['127.0.0.1', 'localhost']) {
      const error = await failure(testClient({ ca: foreign.cert }).request(requestTo({ ...posing, hostname })))
      expect(error).toMatchObject({ code: 'connect-failed', retryable: false, cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } })
    }
  })

  test('a server that speaks no TLS is an error', async () => {
    const { origin } = await startRawServer(async ({ socket }) => {
      socket.write('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n')
    })
    expect(await failure(testClient().request(requestTo({ ...origin, protocol: 'https:' })))).toMatchObject({
      code: 'connect-failed',
      retryable: false,
    })
  })

  test('a server that resets during the handshake may be asked again, one that says nothing is a timeout', async () => {
    const resetting = await startRawServer(async ({ bytes, socket }) => {
      await bytes(1)
      socket.resetAndDestroy()
    })
    const client = testClient()
    expect(await failure(client.request(requestTo({ ...resetting.origin, protocol: 'https:' })))).toMatchObject({
      code: 'connect-failed',
      retryable: true,
    })
    const silent = await startRawServer(({ gone }) => gone)
    const request = requestTo({ ...silent.origin, protocol: 'https:' }, { idleTimeoutMs: 200 })
    expect(await failure(client.request(request))).toMatchObject({ code: 'timeout', requestSent: false })
  })

  test('a later connection resumes the session of an earlier one', async () => {
    const resumed: boolean[] = []
    const serve = async ({ head, socket }: RawConnection): Promise<void> => {
      await head()
      resumed.push((socket as TLSSocket).isSessionReused())
      socket.end(answer('', { headers: 'connection: close\r\n' }))
    }
    const { origin } = await startRawServer(serve, { tls: certificate })
    const client = testClient({ ca: certificate.cert })
    for (let count = 0; count < 3; count += 1) await client.request(requestTo(origin))
    expect(resumed).toEqual([false, true, true])
  })

  const size = 5_000_000
  const pattern = Buffer.from(Array.from({ length: size }, (_, index) => (index * 31 + (index >> 9)) & 255))

  async function servePattern({ head, socket }: RawConnection): Promise<void> {
    for (;;) {
      if ((await head()).includes('/chunked')) {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
        for (let at = 0; at < size; at += 50_000) {
          socket.write('c350\r\n')
          socket.write(pattern.subarray(at, at + 50_000))
          socket.write('\r\n')
        }
        socket.write('0\r\n\r\n')
      } else {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
        socket.write(pattern)
      }
    }
  }

  test.each(['/whole', '/chunked'])(
    '%s reaches a sink in few large pieces, byte for byte, also when it must be waited for',
    async (target) => {
      const { origin } = await startRawServer(servePattern, { tls: certificate })
      const client = testClient({ ca: certificate.cert, maxConnectionsPerOrigin: 2 })
      const fetch = async (isAsync: boolean): Promise<void> => {
        const pieces: Buffer[] = []
        const write = (chunk: Uint8Array): void => {
          pieces.push(Buffer.from(chunk))
        }
        const writeLater = async (chunk: Uint8Array): Promise<void> => {
          write(chunk)
          await new Promise((resolve) => setImmediate(resolve))
        }
        const sink: BodySink = { accept: () => true, write: isAsync ? writeLater : write }
        await client.request(requestTo(origin, { target, sink }))
        expect(Buffer.concat(pieces).equals(pattern)).toBe(true)
        expect(pieces.length).toBeLessThan(10)
      }
      await Promise.all([fetch(false), fetch(true), fetch(false), fetch(true)])
      const { body } = await client.request(requestTo(origin, { target }))
      expect(body.equals(pattern)).toBe(true)
    },
  )

  test('a sink has seen everything that came before the connection broke', async () => {
    const { origin } = await startRawServer(
      async ({ head, socket }) => {
        await head()
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
        socket.end(pattern.subarray(0, 300_000))
      },
      { tls: certificate },
    )
    const pieces: Buffer[] = []
    const sink: BodySink = {
      accept: () => true,
      write: (chunk) => {
        pieces.push(Buffer.from(chunk))
      },
    }
    const error = await failure(testClient({ ca: certificate.cert }).request(requestTo(origin, { sink })))
    expect(error.code).toBe('truncated')
    expect(Buffer.concat(pieces).equals(pattern.subarray(0, 300_000))).toBe(true)
  })

  test('a body is sent byte for byte, whatever its pieces', async () => {
    const serve = async ({ head, bytes, socket }: RawConnection): Promise<void> => {
      for (;;) {
        const length = Number(/content-length: (\d+)/.exec(await head())?.[1])
        const body = await bytes(length)
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`)
        socket.write(body)
      }
    }
    const { origin } = await startRawServer(serve, { tls: certificate })
    const client = testClient({ ca: certificate.cert, maxConnectionsPerOrigin: 1 })
    for (const lengths of [[10_240], [7, 0, 20_000, 1], [65_536], [65_537], [40_000, 200_000]]) {
      const body = lengths.map((length) => pattern.subarray(0, length))
      const { body: back } = await client.request(requestTo(origin, { method: 'PUT', body }))
      expect(back.equals(Buffer.concat(body))).toBe(true)
    }
  })

  test('an answer in the middle of a large body is the answer', async () => {
    const { origin } = await startRawServer(
      async ({ head, bytes, socket }) => {
        await head()
        await bytes(3_000_000)
        socket.pause()
        socket.end(answer('<Error/>', { status: 503 }))
      },
      { tls: certificate },
    )
    const body = Array.from({ length: 32 }, () => pattern.subarray(0, 1_000_000))
    const response = await testClient({ ca: certificate.cert }).request(requestTo(origin, { method: 'PUT', body }))
    expect([response.status, response.body.toString()]).toEqual([503, '<Error/>'])
  })
})
