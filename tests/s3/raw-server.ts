import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A request as it came: its head, line by line. */
export interface RawRequest {
  readonly line: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly socket: Socket
}

/** A server that answers with whatever bytes a test wants: for answers that no S3 gives. */
export interface RawServer extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly RawRequest[]
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>
}

/** Bodies of requests must fit the packet of their head: tests send none or a few bytes. `undefined` answers nothing at all. */
export async function startRawServer(answer: (request: RawRequest) => string | Buffer | undefined): Promise<RawServer> {
  const requests: RawRequest[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (data) => {
      const text = data.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end === -1 || !/^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(text)) return
      const [line = '', ...lines] = text.slice(0, end).split('\r\n')
      const headers = Object.fromEntries(
        lines.map((each) => [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 1).trim()]),
      )
      const request = { line, headers, socket }
      requests.push(request)
      const bytes = answer(request)
      if (bytes !== undefined) socket.write(bytes)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** An answer with a body and its length. */
export function httpAnswer(
  status: number,
  { headers = {}, body = '' }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {},
): string {
  const all = { 'content-length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} Said\r\n${lines.join('')}\r\n${body}`
}

/** S3's error. */
export function errorAnswer(status: number, code: string, more = ''): string {
  return httpAnswer(status, {
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Said.</Message>${more}<RequestId>R1</RequestId></Error>`,
  })
}
