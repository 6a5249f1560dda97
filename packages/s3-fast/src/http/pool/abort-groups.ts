import type { PendingRequest } from './pending-request.ts'

/** What to do with a request whose signal aborts. */
export type AbortRequest = (pending: PendingRequest, reason: unknown) => void

/**
 * One listener for a signal, however many requests it is given to at a time: adding and removing one a request would cost more than
 * the request's own head. No listener is left on a signal that no request waits with.
 */
export class AbortGroups {
  readonly #groups = new WeakMap<AbortSignal, AbortGroup>()
  readonly #abort: AbortRequest

  constructor(abort: AbortRequest) {
    this.#abort = abort
  }

  /** From now on `signal` aborts the request, until it is settled. It must not have been aborted. */
  add(pending: PendingRequest, signal: AbortSignal): void {
    let group = this.#groups.get(signal)
    if (!group?.isListening) {
      group = new AbortGroup(signal, this.#abort)
      this.#groups.set(signal, group)
    }
    group.join(pending)
  }
}

/** The requests that one signal aborts. */
export class AbortGroup {
  /** It has ended with its last request, and the signal no longer knows it. */
  isListening = true
  /** In no order. No Set: its table is made anew every few requests, and an old one keeps all later ones and their requests alive until the next full collection. */
  readonly #pending: PendingRequest[] = []
  readonly #signal: AbortSignal
  readonly #abort: AbortRequest

  constructor(signal: AbortSignal, abort: AbortRequest) {
    this.#signal = signal
    this.#abort = abort
    signal.addEventListener('abort', this.#onAbort)
  }

  join(pending: PendingRequest): void {
    pending.abortGroup = this
    pending.abortIndex = this.#pending.push(pending) - 1
  }

  /** The request is settled. */
  leave(pending: PendingRequest): void {
    pending.abortGroup = undefined
    const last = this.#pending.pop() as PendingRequest
    if (last !== pending) {
      this.#pending[pending.abortIndex] = last
      last.abortIndex = pending.abortIndex
    }
    if (this.#pending.length > 0) return
    this.isListening = false
    this.#signal.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => {
    for (const each of [...this.#pending]) this.#abort(each, this.#signal.reason)
  }
}
