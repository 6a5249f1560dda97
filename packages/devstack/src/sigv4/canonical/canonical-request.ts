import { canonicalQuery, type QueryPairs } from './query.ts'
import { uriDecode, uriEncode } from './uri-encoding.ts'

/** What of a request its signature covers, as it came over the wire. */
export interface SignableRequest {
  readonly method: string
  /** The path as sent, still percent-encoded. */
  readonly rawPath: string
  readonly query: QueryPairs
  /** Names in lower case; several values of one name are one. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values by turns, as sent. */
  readonly rawHeaders: readonly string[]
}

/** The first value of a header. */
export function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

/** The first value of a parameter of the query. */
export function parameterOf({ query }: SignableRequest, name: string): string | undefined {
  return query.find((pair) => pair[0] === name)?.[1]
}

/** The canonical request of Signature Version 4. The path is never normalised; S3 encodes it once, all other services twice. */
export function canonicalRequest(
  request: SignableRequest,
  {
    signedHeaders,
    payloadHash,
    encodings,
  }: { readonly signedHeaders: readonly string[]; readonly payloadHash: string; readonly encodings: 1 | 2 },
): string {
  const headers = headerReader(request)
  let lines = ''
  for (const name of signedHeaders) lines += `${name}:${headers(name)}\n`
  return `${request.method}\n${canonicalPath(request.rawPath, encodings)}\n${canonicalQuery(request.query)}\n${lines}\n${signedHeaders.join(';')}\n${payloadHash}`
}

const needsNoEncoding = /^[A-Za-z0-9\-._~/]*$/

function canonicalPath(rawPath: string, encodings: 1 | 2): string {
  if (needsNoEncoding.test(rawPath)) return rawPath
  return rawPath
    .split('/')
    .map((segment) => uriEncode(uriDecode(segment)))
    .map((segment) => (encodings === 2 ? uriEncode(segment) : segment))
    .join('/')
}

function headerReader({ headers, rawHeaders }: SignableRequest): (name: string) => string {
  return (name) => {
    const value = headers[name]
    if (value === undefined) return ''
    const text = typeof value === 'string' ? value : value.join(',')
    // Only where a header came more than once did Node join its values, with a space that is not signed.
    return collapse(text.includes(', ') ? joined(rawHeaders, name) : text)
  }
}

function joined(rawHeaders: readonly string[], name: string): string {
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === name) values.push((rawHeaders[index + 1] ?? '').trim())
  return values.join(',')
}

const collapse = (value: string): string => (value.includes('  ') ? value.replaceAll(/ +/g, ' ') : value).trim()
