import type { HttpClient, HttpOrigin, HttpRequest, HttpResponse } from './http-client-seam.ts'
import { HttpError } from './http-error.ts'
import { AddressBook } from './opening/address-book.ts'
import type { StartTls } from './opening/open-socket.ts'
import { chooseProxy, type Environment } from './opening/proxy-choice.ts'
import { AbortGroups } from './pool/abort-groups.ts'
import type { Connection } from './pool/connection.ts'
import { OriginPool } from './pool/origin-pool.ts'
import { PendingRequest } from './pool/pending-request.ts'
import { writeRequestHead } from './request/write-request-head.ts'

/** How a client connects. */
export interface HttpClientOptions {
  /** Connections to one origin at a time; further requests wait in order. Default 16: for small objects 8 to 16 are the fastest. */
  readonly maxConnectionsPerOrigin?: number
  /** After how long without a request a connection is closed, in milliseconds. Default 15,000. */
  readonly idleConnectionMs?: number
  /** Certificate authorities to trust instead of Node's own, in PEM. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[]
  /** Where proxies are named (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`). Default `process.env`. */
  readonly environment?: Environment
}

/** How often silence is looked for: a timeout comes at most two ticks late, and never early. */
const tickMs = 100

/** Makes a client. It holds no connection until the first request, and none of its idle connections keeps the program running. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  return new PooledHttpClient(options)
}

class PooledHttpClient implements HttpClient {
  readonly #options: HttpClientOptions
  readonly #limit: { maxConnections: number }
  readonly #addresses = new AddressBook()
  readonly #connections = new Set<Connection>()
  readonly #pools = new Map<string, OriginPool>()
  /** The same by identity: callers have one object for an origin, and no text is made of it for each request. */
  readonly #poolOf = new WeakMap<HttpOrigin, OriginPool>()
  readonly #aborts = new AbortGroups((pending, reason) => {
    this.#pool(pending.request.origin).abandon(pending)
    pending.reject(reason)
  })
  #tls: Promise<StartTls> | undefined
  #timer: NodeJS.Timeout | undefined
  #closing: { readonly done: Promise<void>; readonly resolve: () => void } | undefined

  constructor(options: HttpClientOptions) {
    const { maxConnectionsPerOrigin = 16, idleConnectionMs = 15_000 } = options
    if (!Number.isInteger(maxConnectionsPerOrigin) || maxConnectionsPerOrigin < 1) {
      throw new RangeError(`maxConnectionsPerOrigin must be a whole number from 1 on, not ${maxConnectionsPerOrigin}`)
    }
    if (!(idleConnectionMs >= 0))
      throw new RangeError(`idleConnectionMs must be a number of milliseconds from 0 on, not ${idleConnectionMs}`)
    this.#options = { ...options, idleConnectionMs }
    this.#limit = { maxConnections: maxConnectionsPerOrigin }
  }

  get maxConnectionsPerOrigin(): number {
    return this.#limit.maxConnections
  }

  set maxConnectionsPerOrigin(most: number) {
    this.#limit.maxConnections = most
    for (const pool of this.#pools.values()) pool.fill()
  }

  request(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const { signal, origin } = request
      if (this.#closing) return reject(closedError(origin))
      const pool = this.#pool(origin)
      const pending = new PendingRequest(request, { head: writeRequestHead(request, pool.form), resolve, reject })
      if (signal?.aborted) return reject(signal.reason)
      if (signal) this.#aborts.add(pending, signal)
      pool.submit(pending)
    })
  }

  close(): Promise<void> {
    if (this.#closing) return this.#closing.done
    const { promise: done, resolve } = Promise.withResolvers<void>()
    this.#closing = { done, resolve }
    for (const pool of this.#pools.values()) pool.rejectQueued(closedError(pool.origin))
    for (const connection of this.#connections) connection.close()
    this.#onClosed()
    return done
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #pool(origin: HttpOrigin): OriginPool {
    const known = this.#poolOf.get(origin)
    if (known) return known
    const name = originUrl(origin)
    const pool = this.#pools.get(name) ?? this.#createPool(origin)
    this.#pools.set(name, pool)
    this.#poolOf.set(origin, pool)
    return pool
  }

  #createPool(origin: HttpOrigin): OriginPool {
    const { idleConnectionMs = 15_000, environment = process.env } = this.#options
    return new OriginPool(origin, {
      limit: this.#limit,
      idleConnectionMs,
      proxy: chooseProxy(origin, environment),
      addresses: this.#addresses,
      tls: () => {
        this.#tls ??= loadTls(this.#options.ca)
        return this.#tls
      },
      connections: this.#connections,
      onConnection: () => this.#watch(),
      onClosed: () => this.#onClosed(),
    })
  }

  /** One timer for all timeouts, while there are connections. */
  #watch(): void {
    if (this.#timer) return
    this.#timer = setInterval(() => {
      for (const connection of this.#connections) connection.tick(tickMs)
    }, tickMs).unref()
  }

  #onClosed(): void {
    if (this.#connections.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#closing?.resolve()
  }
}

/** With one context for all connections: each of its own would read the system's authorities anew. */
async function loadTls(ca: HttpClientOptions['ca']): Promise<StartTls> {
  const { connect, createSecureContext } = await import('node:tls')
  const secureContext = createSecureContext(ca === undefined ? {} : { ca: ca as string | Buffer | (string | Buffer)[] })
  return (options) => connect({ ...options, secureContext })
}

function originUrl({ protocol, hostname, port }: HttpOrigin): string {
  return `${protocol}//${hostname}:${port}`
}

function closedError(origin: HttpOrigin): HttpError {
  const subject = originUrl(origin)
  return new HttpError('connection-lost', `Could not send a request to ${subject}: the client was closed.`, {
    subject,
    requestSent: false,
    retryable: false,
  })
}
