import type { PendingRequest } from './pending-request.ts'

/** The requests that one signal aborts. */
export interface AbortGroup {
  readonly pending: Set<PendingRequest>
  readonly stopListening: () => void
}

/**
 * One listener for a signal, however many requests it is given to at a time: adding and removing one a request would cost more than
 * the request's own head. No listener is left on a signal that no request waits with.
 */
export class AbortGroups {
  readonly #groups = new WeakMap<AbortSignal, AbortGroup>()
  readonly #abort: (pending: PendingRequest, reason: unknown) => void

  constructor(abort: (pending: PendingRequest, reason: unknown) => void) {
    this.#abort = abort
  }

  /** From now on `signal` aborts the request. It must not have been aborted. */
  add(pending: PendingRequest, signal: AbortSignal): void {
    const group = this.#groups.get(signal) ?? this.#listen(signal)
    group.pending.add(pending)
    pending.abortGroup = group
  }

  /** The request is settled. */
  remove(pending: PendingRequest): void {
    const group = pending.abortGroup
    if (!group) return
    pending.abortGroup = undefined
    group.pending.delete(pending)
    if (group.pending.size === 0) group.stopListening()
  }

  #listen(signal: AbortSignal): AbortGroup {
    const pending = new Set<PendingRequest>()
    const onAbort = (): void => {
      for (const each of [...pending]) this.#abort(each, signal.reason)
    }
    const stopListening = (): void => {
      this.#groups.delete(signal)
      signal.removeEventListener('abort', onAbort)
    }
    signal.addEventListener('abort', onAbort)
    const group = { pending, stopListening }
    this.#groups.set(signal, group)
    return group
  }
}
