import type { RequestSubject } from '../errors/request-subject.ts'
import type { BodySink, HttpRequest, HttpResponse } from '../http/http-client-seam.ts'

/** A request to S3 before it is encoded, signed and sent: once, or again after a failure that may pass. */
export interface S3Request<T> extends RequestSubject {
  readonly method: HttpRequest['method']
  /** Names and values as they are, in any order. */
  readonly query?: readonly (readonly [name: string, value: string])[]
  /** Names in lower case. A function is asked anew for each attempt. */
  readonly headers?: readonly Header[] | (() => readonly Header[])
  /** Sent without being joined. */
  readonly body?: readonly Uint8Array[]
  readonly sink?: BodySink
  /**
   * What becomes of an answer of status 200 to 299. An S3Error that it throws (a wrong checksum, an error's document with status 200) counts as the
   * attempt's failure.
   */
  readonly read: (response: HttpResponse) => T
  /** A write that creates only found an object, after an attempt whose answer was lost: the result if it is its own, else `undefined`. */
  readonly recover?: (() => Promise<T | undefined>) | undefined
  readonly signal?: AbortSignal | undefined
}

/** A header's name in lower case and its value. */
export type Header = readonly [name: string, value: string]

/**
 * Sends a request until there is an answer or no hope of one, and gives what `read` makes of the answer.
 *
 * @throws S3Error, with bucket and key; the signal's reason; what the sink throws.
 */
export type Send = <T>(request: S3Request<T>) => Promise<T>
