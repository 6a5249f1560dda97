import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Continue } from './continue.ts'
import { type Exchange, splitTarget } from './exchange.ts'

/** How a server listens: on 127.0.0.1 only. */
export interface WireServerOptions {
  /** 0 for any that is free. */
  readonly port: number
  /** In PEM; without it the server speaks plain HTTP. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer } | undefined
  readonly onExchange: (exchange: Exchange) => Promise<void>
}

/** A server that listens. */
export interface WireServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

const serverOptions: ServerOptions = {
  // Uploads may take as long as they take.
  requestTimeout: 0,
  keepAliveTimeout: 75_000,
  noDelay: true,
}

/** Starts to listen. @rejects what the system says, such as EADDRINUSE. */
export async function listen({ port, tls, onExchange }: WireServerOptions): Promise<WireServer> {
  const server = tls ? createHttpsServer({ ...serverOptions, ...tls }) : createHttpServer(serverOptions)
  const sockets = new Map<number, Socket>()
  server.on('connection', (socket: Socket) => {
    const { remotePort = 0 } = socket
    sockets.set(remotePort, socket)
    socket.once('close', () => {
      if (sockets.get(remotePort) === socket) sockets.delete(remotePort)
    })
  })
  const onRequest =
    (expectsContinue: boolean) =>
    (incoming: IncomingMessage, response: ServerResponse): void => {
      // A client that goes in the middle is no error.
      response.on('error', () => {})
      void onExchange({
        incoming,
        response,
        continue: new Continue(response, expectsContinue),
        ...splitTarget(incoming.url ?? '/'),
        // With TLS the socket of the request is not that of the connection.
        reset: () => (sockets.get(incoming.socket.remotePort ?? 0) ?? incoming.socket).resetAndDestroy(),
      })
    }
  server.on('request', onRequest(false))
  server.on('checkContinue', onRequest(true))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${actual}`, close: () => closeServer(server, sockets) }
}

async function closeServer(server: Server, sockets: ReadonlyMap<number, Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  for (const socket of sockets.values()) socket.destroy()
  await closed
}
