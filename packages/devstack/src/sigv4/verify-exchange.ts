import { hash } from 'node:crypto'
import type { Exchange } from '../wire/exchange.ts'
import { parseQuery, type QueryPairs } from './canonical/query.ts'
import type { KeyRing } from './key-ring.ts'
import { type VerifiedSignature, verifySignature } from './verify-signature.ts'

/** What a signature is verified with. */
export interface ExchangeTerms {
  readonly keys: KeyRing
  readonly region: string
  readonly service: 'batch' | 'logs' | 's3'
  readonly nowMs: number
  /** The whole body, where it was read before: its hash is then what must be signed. */
  readonly body?: Uint8Array
  /** The query, where it was parsed before. */
  readonly query?: QueryPairs
}

/** Verifies the signature of a request as it came. @throws SignatureError; URIError for a query that is not encoded well. */
export function verifyExchange({ incoming, rawPath, rawQuery }: Exchange, terms: ExchangeTerms): VerifiedSignature {
  const { keys, region, service, nowMs, body, query = parseQuery(rawQuery) } = terms
  const { method = '' } = incoming
  return verifySignature(
    { method, rawPath, query, headers: incoming.headers, rawHeaders: incoming.rawHeaders },
    {
      credentialsOf: (id) => keys.find(id, { nowMs, changes: service === 's3' && method !== 'GET' && method !== 'HEAD' }),
      region,
      service,
      nowMs,
      ...(body ? { bodyHash: hash('sha256', body) } : {}),
    },
  )
}
