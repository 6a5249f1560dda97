import { uriDecode, uriEncode } from './uri-encoding.ts'

/** The parameters of a URL's query, decoded, in the order of the URL; a parameter without `=` has the value `''`. */
export type QueryPairs = readonly (readonly [name: string, value: string])[]

/**
 * Splits a raw query (without `?`) into its parameters. `+` is a space.
 *
 * @throws URIError for a broken percent-encoding.
 */
export function parseQuery(rawQuery: string): QueryPairs {
  if (rawQuery === '') return []
  const pairs: (readonly [string, string])[] = []
  for (const part of rawQuery.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    const value = equals === -1 ? '' : part.slice(equals + 1)
    pairs.push([uriDecode(name.replaceAll('+', ' ')), uriDecode(value.replaceAll('+', ' '))])
  }
  return pairs
}

/** The canonical query of Signature Version 4: encoded, sorted by name and value, without the signature itself. */
export function canonicalQuery(pairs: QueryPairs): string {
  if (pairs.length === 0) return ''
  const encoded = pairs
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => ({ name: uriEncode(name), value: uriEncode(value) }))
  encoded.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
  return encoded.map(({ name, value }) => `${name}=${value}`).join('&')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
