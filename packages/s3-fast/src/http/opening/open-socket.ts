import { isIP, connect as netConnect, type OnReadOpts, type Socket } from 'node:net'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { HttpOrigin } from '../http-client-seam.ts'
import { HttpError } from '../http-error.ts'
import type { AddressBook } from './address-book.ts'
import { openTunnel, ProxyRefusal } from './open-tunnel.ts'
import type { ProxyServer } from './proxy-choice.ts'
import { StageError, untilReady } from './ready-socket.ts'

/** How long one address of several may take before the next is tried. */
const addressLimitMs = 3_000

/** `connect` of node:tls. */
export type StartTls = (options: ConnectionOptions) => TLSSocket

/** What a new connection of an origin needs. */
export interface SocketOptions {
  readonly origin: HttpOrigin
  readonly proxy: ProxyServer | undefined
  readonly addresses: AddressBook
  /** Begins TLS connections that trust whom the client trusts. A promise, since Node's TLS is loaded where it is first needed. */
  readonly tls: () => Promise<StartTls>
  /** Of an earlier TLS connection to the origin: its handshake is shorter then. */
  readonly session: Buffer | undefined
  /** Where bytes are read to. Not used where the socket comes through a tunnel: that one emits `data`. */
  readonly onread: OnReadOpts
  /** Aborts the attempt; what was opened is destroyed. */
  readonly signal: AbortSignal
  /** A stage was reached: the silence that counts as a timeout begins anew. */
  readonly onProgress: () => void
}

/** A socket on which requests can be written. */
export interface OpenedSocket {
  readonly socket: Socket
  readonly usesOnread: boolean
}

/** Connects to an origin: over TLS with the certificate verified, through a proxy where there is one, to each address of its name until one answers. @throws HttpError connect-failed. */
export async function openSocket(options: SocketOptions): Promise<OpenedSocket> {
  const { origin, proxy } = options
  try {
    if (!proxy) return { socket: await connectToAny(origin, { ...options, isDirect: true }), usesOnread: true }
    const isTunnel = origin.protocol === 'https:'
    const toProxy = await connectToAny(proxy, { ...options, isDirect: !isTunnel })
    if (!isTunnel) return { socket: toProxy, usesOnread: true }
    options.onProgress()
    await openTunnel(toProxy, { origin, proxy, signal: options.signal })
    options.onProgress()
    const startTls = await options.tls()
    const start = (): TLSSocket => startTls({ socket: toProxy, ...nameOf(origin), ...sessionOf(options) })
    return { socket: await untilReady(start, { isSecure: true, signal: options.signal }), usesOnread: false }
  } catch (error) {
    throw describe(error, options)
  }
}

type Peer = Pick<HttpOrigin, 'protocol' | 'hostname' | 'port'>

async function connectToAny(peer: Peer, options: SocketOptions & { readonly isDirect: boolean }): Promise<Socket> {
  const { signal, isDirect, onread } = options
  const addresses = await options.addresses.addresses(peer.hostname)
  const isSecure = peer.protocol === 'https:'
  const startTls = isSecure ? await options.tls() : undefined
  let failure: unknown
  for (const [index, address] of addresses.entries()) {
    signal.throwIfAborted()
    const target = { host: address, port: peer.port, ...(isDirect ? { onread } : {}) }
    const session = isDirect ? sessionOf(options) : {}
    const start = (): Socket => (startTls ? startTls({ ...target, ...nameOf(peer), ...session }) : netConnect(target))
    try {
      const limitMs = index < addresses.length - 1 ? addressLimitMs : undefined
      return await untilReady(start, { isSecure, signal, limitMs, onProgress: options.onProgress })
    } catch (error) {
      failure = error
      if (error instanceof StageError && error.stage === 'tls') throw error
      options.addresses.demote(peer.hostname, address)
    }
  }
  throw failure
}

/** A certificate for an address is checked against `host`; a server name must not be one (RFC 6066). */
function nameOf({ hostname }: Peer): ConnectionOptions {
  return isIP(hostname) === 0 ? { servername: hostname } : { servername: '', host: hostname }
}

function sessionOf({ session }: Pick<SocketOptions, 'session'>): ConnectionOptions {
  return session ? { session } : {}
}

/** These can be of the moment; any other code during the handshake speaks of certificates and versions, and stays. */
const passing: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'])

function describe(error: unknown, { origin, proxy, signal }: SocketOptions): unknown {
  if (signal.aborted) return signal.reason
  const cause = error instanceof StageError ? error.cause : error
  const code = codeOf(cause)
  const subject = `${origin.protocol}//${origin.hostname}:${origin.port}`
  const through = proxy ? ` through the proxy ${proxy.hostname}:${proxy.port}` : ''
  const fail = (message: string, retryable: boolean): HttpError =>
    new HttpError('connect-failed', message, { subject, requestSent: false, retryable, cause })
  const why = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof ProxyRefusal) return fail(`Could not connect to ${subject}${through}: ${why}`, cause.retryable)
  if (error instanceof StageError && error.stage === 'tls' && !passing.has(code)) {
    return fail(
      `Could not connect to ${subject}${through}: the TLS connection was refused by this side or the other (${why}). ` +
        'If a certificate of your own is used there, name its authority in the option `ca` or in NODE_EXTRA_CA_CERTS.',
      false,
    )
  }
  if (code === 'ENOTFOUND')
    return fail(`Could not connect to ${subject}${through}: there is no such name (${why}). Check the endpoint.`, false)
  return fail(`Could not connect to ${subject}${through}: ${why}. Check that the server runs and can be reached from here.`, true)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
