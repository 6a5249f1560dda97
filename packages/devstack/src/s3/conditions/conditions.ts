/** What conditions look at. */
export interface Validators {
  /** Without quotes. */
  readonly etag: string
  readonly modifiedAtMs: number
}

/** The conditions of a request, as they stand in its headers. */
export interface Conditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: string | undefined
  readonly ifUnmodifiedSince?: string | undefined
}

/** What a read does: go on, answer 304, or answer 412 because of the header that is named. */
export type ReadDecision = 'proceed' | 'not-modified' | { readonly failed: 'If-Match' | 'If-Unmodified-Since' }

/**
 * Decides a GET or a HEAD (RFC 9110, 13.2.2): entity tags go before times. A time that cannot be read, or lies in the future, is passed over.
 */
export function decideRead(object: Validators, conditions: Conditions, nowMs: number): ReadDecision {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (ifMatch !== undefined) {
    if (!etagMatches(ifMatch, object.etag)) return { failed: 'If-Match' }
  } else if (ifUnmodifiedSince !== undefined) {
    const sinceMs = parseTime(ifUnmodifiedSince)
    if (sinceMs !== undefined && wholeSeconds(object.modifiedAtMs) > sinceMs) return { failed: 'If-Unmodified-Since' }
  }
  if (ifNoneMatch !== undefined) return etagMatches(ifNoneMatch, object.etag) ? 'not-modified' : 'proceed'
  if (ifModifiedSince === undefined) return 'proceed'
  const sinceMs = parseTime(ifModifiedSince)
  return sinceMs !== undefined && sinceMs <= nowMs && wholeSeconds(object.modifiedAtMs) <= sinceMs ? 'not-modified' : 'proceed'
}

/** What a write does: go on, or the answer it gets instead. */
export type WriteDecision = 'proceed' | 'missing' | { readonly failed: 'If-Match' | 'If-None-Match' }

/** Decides a PUT, a DELETE or the completion of an upload, against the object that is there now. */
export function decideWrite(object: Validators | undefined, { ifMatch, ifNoneMatch }: Conditions): WriteDecision {
  if (ifMatch !== undefined) {
    if (!object) return 'missing'
    if (!etagMatches(ifMatch, object.etag)) return { failed: 'If-Match' }
  }
  return ifNoneMatch !== undefined && object && etagMatches(ifNoneMatch, object.etag) ? { failed: 'If-None-Match' } : 'proceed'
}

/** Whether a header such as `"abc", W/"def"` or `*` names this entity tag. Quotes may be missing, as S3 allows. */
function etagMatches(header: string, etag: string): boolean {
  return header.split(',').some((each) => {
    const text = each.trim()
    return text === '*' || text.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') === etag
  })
}

function parseTime(text: string): number | undefined {
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

const wholeSeconds = (timeMs: number): number => Math.floor(timeMs / 1_000) * 1_000
