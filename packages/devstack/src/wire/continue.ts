import type { ServerResponse } from 'node:http'

/** A client that waits for `100 Continue` before it sends a body. */
export class Continue {
  readonly #response: ServerResponse
  #pending: boolean

  constructor(response: ServerResponse, expected: boolean) {
    this.#response = response
    this.#pending = expected
  }

  /** Whether the client still waits: then the connection cannot be used again, for it is unknown whether a body will come. */
  get pending(): boolean {
    return this.#pending
  }

  /** Asks for the body, once. */
  send(): void {
    if (this.#pending) this.#response.writeContinue()
    this.#pending = false
  }
}
