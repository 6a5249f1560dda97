import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Continue } from './continue.ts'

/** One request and the way to answer it. */
export interface Exchange {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly continue: Continue
  /** Still percent-encoded. */
  readonly rawPath: string
  /** Without `?`. */
  readonly rawQuery: string
  /** Ends the connection by a TCP RST. */
  readonly reset: () => void
}

/** Splits what stands in a request's first line; a proxy's form, with scheme and host, is taken too. */
export function splitTarget(url: string): { readonly rawPath: string; readonly rawQuery: string } {
  const target = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?]*/i, '')
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  return { rawPath: path.startsWith('/') ? path : `/${path}`, rawQuery: mark === -1 ? '' : target.slice(mark + 1) }
}
