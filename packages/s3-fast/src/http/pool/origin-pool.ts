import type { OnReadOpts } from 'node:net'
import type { ResponseHead } from '../answer/response-head.ts'
import type { HttpOrigin } from '../http-client-seam.ts'
import type { AddressBook } from '../opening/address-book.ts'
import { type OpenedSocket, openSocket, type StartTls } from '../opening/open-socket.ts'
import type { ProxyServer } from '../opening/proxy-choice.ts'
import type { RequestForm } from '../request/write-request-head.ts'
import { Connection, type ConnectionOwner } from './connection.ts'
import type { PendingRequest } from './pending-request.ts'
import { RequestQueue } from './request-queue.ts'

/** What the pools of a client share. */
export interface PoolSettings {
  /** Of connections to each origin. */
  readonly limit: { readonly maxConnections: number }
  readonly idleConnectionMs: number
  readonly proxy: ProxyServer | undefined
  readonly addresses: AddressBook
  readonly tls: () => Promise<StartTls>
  /** Every connection that is not closed, of all pools. */
  readonly connections: Set<Connection>
  readonly onConnection: () => void
  readonly onClosed: () => void
}

/** The connections to one origin: the one used last is used first, so that what is not needed grows idle; requests beyond the limit wait in order. */
export class OriginPool implements ConnectionOwner {
  readonly origin: HttpOrigin
  readonly form: RequestForm
  readonly #settings: PoolSettings
  readonly #queue = new RequestQueue()
  readonly #idle: Connection[] = []
  #openCount = 0
  #session: Buffer | undefined

  constructor(origin: HttpOrigin, settings: PoolSettings) {
    this.origin = origin
    this.#settings = settings
    const { proxy } = settings
    const isForwarded = proxy !== undefined && origin.protocol === 'http:'
    const host = origin.hostname.includes(':') ? `[${origin.hostname}]` : origin.hostname
    this.form = {
      targetPrefix: isForwarded ? `http://${host}:${origin.port}` : '',
      moreHeaders: isForwarded && proxy.authorization !== undefined ? `proxy-authorization: ${proxy.authorization}\r\n` : '',
    }
  }

  submit(pending: PendingRequest): void {
    const connection = this.#idle.pop()
    if (connection) {
      connection.wake()
      connection.start(pending)
    } else if (this.#openCount < this.#settings.limit.maxConnections) {
      this.#openFor(pending)
    } else {
      this.#queue.push(pending)
    }
  }

  /** More connections may be open than before: what waits goes out. */
  fill(): void {
    while (this.#openCount < this.#settings.limit.maxConnections) {
      const next = this.#queue.shift()
      if (!next) return
      this.#openFor(next)
    }
  }

  /** The request is no longer wanted, wherever it is. */
  abandon(pending: PendingRequest): void {
    if (pending.isQueued) this.#queue.remove(pending)
    else pending.connection?.abandon()
  }

  rejectQueued(error: Error): void {
    for (let pending = this.#queue.shift(); pending; pending = this.#queue.shift()) pending.reject(error)
  }

  async open(options: {
    readonly onread: OnReadOpts
    readonly signal: AbortSignal
    readonly onProgress: () => void
  }): Promise<OpenedSocket> {
    const { proxy, addresses, tls } = this.#settings
    const opened = await openSocket({ ...options, origin: this.origin, proxy, addresses, tls, session: this.#session })
    // The ticket for the next handshake comes after this one.
    opened.socket.on('session', (session: Buffer) => {
      this.#session = session
    })
    return opened
  }

  onFree(connection: Connection, head: ResponseHead): void {
    const next = this.#queue.shift()
    if (next) {
      connection.start(next)
      return
    }
    connection.rest(this.#restMs(head))
    this.#idle.push(connection)
  }

  onLost(connection: Connection): void {
    this.#openCount -= 1
    const index = this.#idle.indexOf(connection)
    if (index !== -1) this.#idle.splice(index, 1)
    this.fill()
  }

  /** Other idle connections may be as dead as that one, so it gets a new one: the next to be opened, when that one is lost. */
  onUnread(pending: PendingRequest): void {
    this.#queue.unshift(pending)
  }

  onClosed(connection: Connection): void {
    this.#settings.connections.delete(connection)
    this.#settings.onClosed()
  }

  #openFor(pending: PendingRequest): void {
    this.#openCount += 1
    this.#settings.connections.add(new Connection(this, pending))
    this.#settings.onConnection()
  }

  /** A server that says when it closes an idle connection (`keep-alive: timeout=5`) is forestalled by a second. */
  #restMs(head: ResponseHead): number {
    const seconds = /\btimeout=(\d{1,6})\b/.exec(head.header('keep-alive') ?? '')?.[1]
    const { idleConnectionMs } = this.#settings
    return seconds === undefined ? idleConnectionMs : Math.min(idleConnectionMs, Math.max(0, Number(seconds) - 1) * 1_000)
  }
}
