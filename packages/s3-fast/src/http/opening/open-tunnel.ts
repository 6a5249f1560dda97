import type { Socket } from 'node:net'
import { ResponseParser } from '../answer/response-parser.ts'
import type { HttpOrigin } from '../http-client-seam.ts'
import type { ProxyServer } from './proxy-choice.ts'

/** The proxy answered CONNECT with something else than a tunnel. */
export class ProxyRefusal extends Error {
  readonly retryable: boolean
  constructor(message: string, retryable: boolean) {
    super(message)
    this.retryable = retryable
  }
}

/**
 * Asks a proxy for a tunnel to an origin (CONNECT, RFC 9110 9.3.6), with basic credentials where the proxy's URL holds some. When it is there the socket
 * is paused and carries the origin's bytes alone.
 *
 * @throws ProxyRefusal for any answer but 2xx; the socket's error; the signal's reason. The socket is destroyed then.
 */
export function openTunnel(
  socket: Socket,
  options: { readonly origin: HttpOrigin; readonly proxy: ProxyServer; readonly signal: AbortSignal },
): Promise<void> {
  const { origin, proxy, signal } = options
  const host = origin.hostname.includes(':') ? `[${origin.hostname}]` : origin.hostname
  const authority = `${host}:${origin.port}`
  const parser = new ResponseParser()
  parser.expect('CONNECT')
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      try {
        parser.feed(chunk, { start: 0, end: chunk.length })
        if (parser.next() !== 'head') return
        const status = parser.head?.status ?? 0
        // A server speaks second in TLS: what follows the head would be the proxy's own.
        if (status < 300 && parser.next() === 'end') settle()
        else settle(refusal(status))
      } catch (error) {
        settle(error)
      }
    }
    const onClose = (): void =>
      settle(Object.assign(new Error('The proxy closed the connection before it answered'), { code: 'ECONNRESET' }))
    const onAbort = (): void => settle(signal.reason)
    const settle = (error?: unknown): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off('data', onData).off('error', settle).off('close', onClose).pause()
      if (error === undefined) {
        resolve()
        return
      }
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    socket.on('data', onData).once('error', settle).once('close', onClose)
    signal.addEventListener('abort', onAbort)
    const authorization = proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`, 'latin1')
  })
}

function refusal(status: number): ProxyRefusal {
  if (status === 407) {
    return new ProxyRefusal(
      'the proxy wants credentials (407). Put them into its URL, as in https_proxy=http://user:password@host:port',
      false,
    )
  }
  return new ProxyRefusal(`the proxy answered ${status} to CONNECT. Check that it lets this host and port through`, status >= 500)
}
