import type { IncomingMessage } from 'node:http'

/** The service whose credential scope a request was signed for; `undefined` without a signature in its headers. */
export function serviceOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /Credential=[^,\s]+\/\d{8}\/[^/,\s]+\/([^/,\s]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1]
}
