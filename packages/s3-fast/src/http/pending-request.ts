import type { AbortGroup } from './abort-groups.ts'
import type { Connection } from './connection.ts'
import type { HttpRequest, HttpResponse } from './http-client-seam.ts'

/** A request from the call until its promise is settled: in a queue, or on a connection. */
export class PendingRequest {
  readonly request: HttpRequest
  readonly resolve: (response: HttpResponse) => void
  readonly reject: (error: unknown) => void
  /** Where it is in the queue. */
  previous: PendingRequest | undefined
  following: PendingRequest | undefined
  isQueued = false
  connection: Connection | undefined
  abortGroup: AbortGroup | undefined
  /** It was on a connection that had been closed while idle: a second such connection is not tried. */
  isReplaced = false

  constructor(
    request: HttpRequest,
    settle: { readonly resolve: (response: HttpResponse) => void; readonly reject: (error: unknown) => void },
  ) {
    this.request = request
    this.resolve = settle.resolve
    this.reject = settle.reject
  }
}
