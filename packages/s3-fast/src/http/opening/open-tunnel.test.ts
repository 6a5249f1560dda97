import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BodySink } from '../http-client-seam.ts'
import { answer, type RawConnection, requestTo, startRawServer, testClient } from '../raw-server.fixture.ts'
import { failure, hasOpenssl, issueFor } from './opening.fixture.ts'

let certificate = { key: '', cert: '' }

beforeAll(() => {
  if (hasOpenssl) certificate = issueFor('IP:127.0.0.1,DNS:localhost')
})

interface TestProxy {
  readonly url: string
  /** Host and credentials of each CONNECT. */
  readonly heads: string[]
}

/** A proxy that opens tunnels to where it is asked, or answers with `status`. */
async function startProxy({ refuseWith, tls }: { readonly refuseWith?: number; readonly tls?: boolean } = {}): Promise<TestProxy> {
  const heads: string[] = []
  const serve = async ({ head, socket, gone }: RawConnection): Promise<void> => {
    const text = await head()
    heads.push(text)
    if (refuseWith !== undefined) {
      socket.write(`HTTP/1.1 ${refuseWith} No\r\ncontent-length: 3\r\n\r\nno.`)
      return
    }
    const port = Number(/^CONNECT [^ ]*:(\d+) /.exec(text)?.[1])
    const upstream: Socket = connect(port, '127.0.0.1')
    await once(upstream, 'connect')
    socket.removeAllListeners('data')
    socket.write('HTTP/1.0 200 Connection established\r\nproxy-agent: test\r\n\r\n')
    socket.pipe(upstream).on('error', () => {})
    upstream.pipe(socket)
    await gone
    upstream.destroy()
  }
  const { origin } = await startRawServer(serve, tls ? { tls: certificate } : {})
  return { url: `${origin.protocol}//user:pass@127.0.0.1:${origin.port}`, heads }
}

/** The origin under a name that is not loopback's, which a proxy resolves as it likes. */
const elsewhere = <T extends { hostname: string }>(origin: T): T => ({ ...origin, hostname: 'localhost.example' })

describe.runIf(hasOpenssl)('through a proxy', () => {
  test.each([false, true])('https goes through a tunnel, with the credentials for the proxy alone (TLS to the proxy: %s)', async (tls) => {
    const heads: string[] = []
    const serve = async ({ head, bytes, socket }: RawConnection): Promise<void> => {
      for (;;) {
        const text = await head()
        heads.push(text)
        const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0)
        if (length > 0) await bytes(length)
        socket.write(answer('x'.repeat(300_000)))
      }
    }
    const { origin } = await startRawServer(serve, { tls: certificate })
    const proxy = await startProxy({ tls })
    const client = testClient({ ca: certificate.cert, environment: { HTTPS_PROXY: proxy.url }, maxConnectionsPerOrigin: 1 })
    // The proxy resolves the name; the certificate is for `localhost`, and is checked against it.
    const named = { ...origin, hostname: 'LOCALHOST' }
    let received = 0
    const sink: BodySink = {
      accept: () => true,
      write: (chunk) => {
        received += chunk.length
        return Promise.resolve()
      },
    }
    expect((await client.request(requestTo(named, { target: '/a' }))).body.length).toBe(300_000)
    await client.request(requestTo(named, { target: '/b', sink }))
    await client.request(requestTo(named, { target: '/c', method: 'PUT', body: [Buffer.alloc(3_000_000)] }))
    expect(received).toBe(300_000)
    expect(proxy.heads).toHaveLength(1)
    expect(proxy.heads[0]).toBe(
      `CONNECT LOCALHOST:${origin.port} HTTP/1.1\r\nhost: LOCALHOST:${origin.port}\r\nproxy-authorization: Basic ${Buffer.from('user:pass').toString('base64')}\r\n\r\n`,
    )
    expect(heads.map((head) => head.split(' ')[1])).toEqual(['/a', '/b', '/c'])
    expect(heads.join()).not.toContain('authorization')
  })

  test('a proxy that wants credentials says so in the error', async () => {
    const proxy = await startProxy({ refuseWith: 407 })
    const client = testClient({ environment: { https_proxy: proxy.url } })
    const error = await failure(client.request(requestTo(elsewhere({ protocol: 'https:', hostname: '', port: 443 }))))
    expect(error).toMatchObject({ code: 'connect-failed', retryable: false, requestSent: false })
    expect(error.message).toContain('407')
    expect(error.message).not.toContain('pass@')
  })

  test.each([
    [403, false],
    [502, true],
  ])('a proxy that answers %i to CONNECT: the same may succeed later: %s', async (refuseWith, retryable) => {
    const proxy = await startProxy({ refuseWith })
    const client = testClient({ environment: { https_proxy: proxy.url } })
    const error = await failure(client.request(requestTo(elsewhere({ protocol: 'https:', hostname: '', port: 443 }))))
    expect(error).toMatchObject({ code: 'connect-failed', retryable, cause: { message: expect.stringContaining(String(refuseWith)) } })
  })

  test('a proxy that says nothing is a timeout, one that closes may be asked again', async () => {
    const silent = await startRawServer(({ gone }) => gone)
    const closing = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.destroy()
    })
    const ask = (port: number) =>
      failure(
        testClient({ environment: { https_proxy: `http://127.0.0.1:${port}` } }).request(
          requestTo(elsewhere({ protocol: 'https:', hostname: '', port: 443 }), { idleTimeoutMs: 200 }),
        ),
      )
    expect(await ask(silent.origin.port)).toMatchObject({ code: 'timeout', requestSent: false })
    expect(await ask(closing.origin.port)).toMatchObject({ code: 'connect-failed', retryable: true })
  })

  test('http goes to the proxy with the whole URL', async () => {
    const heads: string[] = []
    const { origin } = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        heads.push(await head())
        socket.write(answer('hello'))
      }
    })
    const client = testClient({ environment: { http_proxy: `http://user:pass@127.0.0.1:${origin.port}` } })
    const target = elsewhere({ protocol: 'http:', hostname: '', port: 9000 } as const)
    expect((await client.request(requestTo(target, { target: '/b/k', headers: 'host: h\r\n' }))).body.toString()).toBe('hello')
    expect(heads).toEqual([
      `GET http://localhost.example:9000/b/k HTTP/1.1\r\nhost: h\r\nproxy-authorization: Basic ${Buffer.from('user:pass').toString('base64')}\r\n\r\n`,
    ])
  })

  test('a proxy that is none of http and https rejects the request', async () => {
    const client = testClient({ environment: { https_proxy: 'socks5://127.0.0.1:1080' } })
    await expect(client.request(requestTo(elsewhere({ protocol: 'https:', hostname: '', port: 443 })))).rejects.toThrow(TypeError)
  })
})
