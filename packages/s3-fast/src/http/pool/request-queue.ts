import type { PendingRequest } from './pending-request.ts'

/** First in, first out; one that is aborted leaves from the middle. Each operation takes the same short time, however many wait. */
export class RequestQueue {
  #first: PendingRequest | undefined
  #last: PendingRequest | undefined

  push(pending: PendingRequest): void {
    pending.isQueued = true
    pending.previous = this.#last
    if (this.#last) this.#last.following = pending
    else this.#first = pending
    this.#last = pending
  }

  unshift(pending: PendingRequest): void {
    pending.isQueued = true
    pending.following = this.#first
    if (this.#first) this.#first.previous = pending
    else this.#last = pending
    this.#first = pending
  }

  shift(): PendingRequest | undefined {
    const first = this.#first
    if (first) this.remove(first)
    return first
  }

  remove(pending: PendingRequest): void {
    const { previous, following } = pending
    if (previous) previous.following = following
    else this.#first = following
    if (following) following.previous = previous
    else this.#last = previous
    pending.previous = undefined
    pending.following = undefined
    pending.isQueued = false
  }
}
