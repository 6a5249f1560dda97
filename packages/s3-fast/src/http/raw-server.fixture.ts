import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'
import { createHttpClient, type HttpClientOptions } from './create-http-client.ts'
import type { HttpClient, HttpOrigin, HttpRequest } from './http-client-seam.ts'
import type { HttpError } from './http-error.ts'

/** One connection as the server sees it. */
export interface RawConnection {
  readonly socket: Socket
  /** 0 for the first connection. */
  readonly index: number
  /** The next request's head, once it is there. Rejects when the connection ends before. */
  head(): Promise<string>
  /** The next bytes, as many as are asked for. */
  bytes(length: number): Promise<Buffer>
  /** Fulfilled when the client has closed the connection or reset it. */
  readonly gone: Promise<void>
}

export interface RawServer {
  readonly origin: HttpOrigin
  readonly connectionCount: number
}

/** A server that does with its connections what the test says, on loopback, until the test ends. What `serve` throws after the connection has gone is no failure. */
export async function startRawServer(
  serve: (connection: RawConnection) => Promise<void>,
  { tls }: { readonly tls?: TlsOptions } = {},
): Promise<RawServer> {
  let connectionCount = 0
  const sockets = new Set<Socket>()
  const accept = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    const connection = readConnection(socket, connectionCount)
    connectionCount += 1
    const destroy = (): void => {
      socket.destroy()
    }
    serve(connection).then(() => connection.gone.then(destroy), destroy)
  }
  const server: Server = tls ? createTlsServer(tls, accept) : createServer({ allowHalfOpen: true }, accept)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo
  return {
    origin: { protocol: tls ? 'https:' : 'http:', hostname: '127.0.0.1', port },
    get connectionCount() {
      return connectionCount
    },
  }
}

/** A client that is closed when the test ends. Names no proxy unless the test does. */
export function testClient(options: HttpClientOptions = {}): HttpClient {
  const client = createHttpClient({ environment: {}, ...options })
  onTestFinished(() => client.close())
  return client
}

/** A request that waits for as long as a test may. */
export function requestTo(origin: HttpOrigin, more: Partial<HttpRequest> = {}): HttpRequest {
  const length = more.body === undefined ? '' : `content-length: ${more.body.reduce((sum, piece) => sum + piece.length, 0)}\r\n`
  return {
    origin,
    method: 'GET',
    target: '/bucket/key',
    headers: `host: 127.0.0.1:${origin.port}\r\n${length}`,
    idleTimeoutMs: 30_000,
    ...more,
  }
}

/** An answer with a body and its length. */
export function answer(body: string, { status = 200, headers = '' } = {}): string {
  return `HTTP/1.1 ${status} Some Reason\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}

/** How many sockets this process has open. */
export function openSocketCount(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      // The descriptor with which the folder was read.
      return false
    }
  }).length
}

function readConnection(socket: Socket, index: number): RawConnection {
  let [chunks, length]: [Buffer[], number] = [[], 0]
  let wake = (): void => {}
  let hasEnded = false
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      hasEnded = true
      wake()
      resolve()
    }
    socket.on('end', end).on('close', end)
  })
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    wake()
  })
  const joined = (): Buffer => {
    const [whole = Buffer.concat(chunks)] = chunks.length === 1 ? chunks : []
    chunks = [whole]
    return whole
  }
  /** Takes as many bytes as `find` says, once it says more than 0. */
  const take = async (find: () => number): Promise<Buffer> => {
    for (let end = find(); ; end = find()) {
      if (end > 0) {
        const whole = joined()
        chunks = [whole.subarray(end)]
        length -= end
        return whole.subarray(0, end)
      }
      if (hasEnded) throw new Error('The client closed the connection')
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    socket,
    index,
    head: async () => {
      const head = await take(() => {
        const end = joined().indexOf('\r\n\r\n')
        return end === -1 ? 0 : end + 4
      })
      return head.toString('latin1')
    },
    bytes: (count) => take(() => (length >= count ? count : 0)),
    gone,
  }
}

/** Answers each request with its target, for as long as the client stays. */
export async function echo({ head, socket }: RawConnection): Promise<void> {
  for (;;) socket.write(answer((await head()).split(' ')[1] ?? ''))
}

/** What a request fails with. */
export function failure(promise: Promise<unknown>): Promise<HttpError> {
  return promise.then(
    () => {
      throw new Error('The request should have failed')
    },
    (error: unknown) => error as HttpError,
  )
}
