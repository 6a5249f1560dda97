import type { HttpRequest, HttpResponse } from '../http-client-seam.ts'
import type { AbortGroup } from './abort-groups.ts'
import type { Connection } from './connection.ts'

/** A request from the call until its promise is settled: in a queue, or on a connection. */
export class PendingRequest {
  readonly request: HttpRequest
  /** Request line and headers, as they go on the wire. */
  readonly head: string
  /** Where it is in the queue. */
  previous: PendingRequest | undefined
  following: PendingRequest | undefined
  isQueued = false
  connection: Connection | undefined
  /** Of its signal, and where it is in it. */
  abortGroup: AbortGroup | undefined
  abortIndex = 0
  /** It was on a connection that had been closed while idle: a second such connection is not tried. */
  isReplaced = false
  readonly #resolve: (response: HttpResponse) => void
  readonly #reject: (error: unknown) => void

  constructor(
    request: HttpRequest,
    {
      head,
      resolve,
      reject,
    }: { readonly head: string; readonly resolve: (response: HttpResponse) => void; readonly reject: (error: unknown) => void },
  ) {
    this.request = request
    this.head = head
    this.#resolve = resolve
    this.#reject = reject
  }

  resolve(response: HttpResponse): void {
    this.abortGroup?.leave(this)
    this.#resolve(response)
  }

  reject(error: unknown): void {
    this.abortGroup?.leave(this)
    this.#reject(error)
  }
}
