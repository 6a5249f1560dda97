/** Where requests go: one pool of connections for each. */
export interface HttpOrigin {
  readonly protocol: 'http:' | 'https:'
  /** A name or an address, without brackets. */
  readonly hostname: string
  readonly port: number
}

/** What receives the body of an answer while it arrives. */
export interface BodySink {
  /** Called once for every answer, before its body. `false`: this body is not for the sink and is collected instead (an error's document). */
  accept(head: HttpHead): boolean
  /**
   * A piece of the body, in order. The bytes belong to the reader and hold only during the call.
   * A promise stops reading from this connection until it settles; what it rejects with, or what `write` throws, ends the request with that as the cause.
   */
  write(chunk: Uint8Array): void | Promise<void>
}

/** Status and headers of an answer. */
export interface HttpHead {
  readonly status: number
  /** The value of a header by its name in lower case; several of one name are joined by `, `. */
  header(name: string): string | undefined
  /** Whether there is any header whose name begins so, in lower case: one search where many names would have to be asked for. */
  hasHeader(namePrefix: string): boolean
  /** Every header, names in lower case, as sent. */
  headers(): Iterable<[name: string, value: string]>
  /** Length of the body as `content-length` states it; `undefined` where the body is chunked. 0 for answers without a body. */
  readonly contentLength: number | undefined
}

/** One request. Sent on one connection, never sent again by the client itself. */
export interface HttpRequest {
  readonly origin: HttpOrigin
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'POST' | 'DELETE'
  /** Path and query as they go on the wire, already encoded. */
  readonly target: string
  /** The block of headers as it goes on the wire: `name: value\r\n` for each, `host` and `content-length` included. Latin-1. */
  readonly headers: string
  /** Sent after the headers, in order, without a copy. Its length is what `content-length` says. */
  readonly body?: readonly Uint8Array[] | undefined
  /** Without one, the body is collected. */
  readonly sink?: BodySink | undefined
  readonly signal?: AbortSignal | undefined
  /** How long the connection may be silent, in milliseconds, while the request is sent or the answer read. */
  readonly idleTimeoutMs: number
}

/** A complete answer: the body has ended where its length or its last chunk says. */
export interface HttpResponse extends HttpHead {
  /** Empty where the sink took the body. At most 64 MiB are collected where the length is not stated. Who keeps the head and not the body may replace it. */
  body: Buffer
}

/** Why there is no answer. Thrown as HttpError; an abort rejects with the signal's reason instead. */
export type HttpErrorCode =
  | 'connect-failed' // no connection, TLS not verified, name not found
  | 'connection-lost' // reset or closed before the answer's head was complete
  | 'truncated' // closed before the body was complete
  | 'timeout' // silent for idleTimeoutMs
  | 'protocol' // not an HTTP/1.1 answer that this client accepts; the connection was closed
  | 'sink-failed' // the sink threw; see cause

/** A pool of keep-alive connections to any number of origins. */
export interface HttpClient extends AsyncDisposable {
  /**
   * How many connections there may be to an origin; further requests wait in order. May be set at any time: with more, requests that wait go out at once;
   * with fewer, connections beyond it are not replaced.
   */
  maxConnectionsPerOrigin: number
  /**
   * Sends the request on an idle or a new connection and gives the complete answer.
   *
   * A connection that the server closed while it lay idle is replaced without the caller noticing, as long as no byte of an answer came
   * and the request is one that was not yet read (HttpError.requestSent tells the caller in every other case).
   *
   * @throws HttpError; the signal's reason when it aborts (within 100 ms, and the socket is destroyed).
   */
  request(request: HttpRequest): Promise<HttpResponse>
  /** Ends every connection. Requests under way reject with `connection-lost`. */
  close(): Promise<void>
}
