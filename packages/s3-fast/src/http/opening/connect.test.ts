import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { BodySink } from '../http-client-seam.ts'
import type { HttpError } from '../http-error.ts'
import { answer, type RawConnection, requestTo, startRawServer, testClient } from '../raw-server.fixture.ts'
import { AddressBook } from './address-book.ts'
import { openSocket } from './open-socket.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
let certificate = { key: '', cert: '' }

beforeAll(() => {
  if (hasOpenssl) certificate = issueFor('IP:127.0.0.1,DNS:localhost')
})

function issueFor(names: string): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-s3-fast-tls-'))
  const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=test', '-addext', `subjectAltName=${names}`, ...files], {
    stdio: 'ignore',
  })
  const issued = { key: readFileSync(join(folder, 'key'), 'utf8'), cert: readFileSync(join(folder, 'cert'), 'utf8') }
  rmSync(folder, { recursive: true })
  return issued
}

async function echo({ head, socket }: RawConnection): Promise<void> {
  for (;;) socket.write(answer((await head()).split(' ')[1] ?? ''))
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('The request should have failed')),
    (error: unknown) => error as HttpError,
  )

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

test.runIf(process.platform === 'linux')('an address that refuses is passed over for the next, and left out from then on', async () => {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.3')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const addresses = new AddressBook(async () => ['127.0.0.2', '127.0.0.3', '127.0.0.4'])
  const { socket } = await openSocket({
    origin: { protocol: 'http:', hostname: 'name', port },
    proxy: undefined,
    addresses,
    tls: () => Promise.reject(new Error('not asked for')),
    session: undefined,
    onread: { buffer: Buffer.alloc(10), callback: () => true },
    signal: new AbortController().signal,
    onProgress: () => {},
  })
  expect(socket.remoteAddress).toBe('127.0.0.3')
  socket.destroy()
  expect([...(await addresses.addresses('name'))].sort()).toEqual(['127.0.0.3', '127.0.0.4'])
})

test.each(['http:', 'https:'] as const)('a program ends by itself although a connection over %s is open and idle', async (protocol) => {
  if (protocol === 'https:' && !hasOpenssl) return
  const { origin } = await startRawServer(echo, protocol === 'https:' ? { tls: certificate } : {})
  const { ca, environment } = { ca: certificate.cert, environment: {} }
  const program = `
    import { createHttpClient } from ${JSON.stringify(new URL('../create-http-client.ts', import.meta.url).href)}
    const client = createHttpClient(${JSON.stringify({ environment, idleConnectionMs: 1e9, ...(protocol === 'https:' ? { ca } : {}) })})
    const { body } = await client.request(${JSON.stringify(requestTo(origin, { target: '/last' }))})
    process.stdout.write(body)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill()
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [exitCode] = await once(child, 'close')
  expect([exitCode, output]).toEqual([0, '/last'])
})
