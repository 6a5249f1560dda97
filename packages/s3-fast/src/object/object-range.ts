/** Which bytes of an object are asked for. */
export interface ObjectRange {
  /** The first byte, from 0. Below 0 it counts from the end: -5 are the last five bytes. Default 0. */
  readonly offset?: number
  /** How many bytes, at least 1; fewer come where the object ends earlier. Default: up to the end. */
  readonly length?: number
}

/**
 * The `range` header for what is asked; `undefined` for the whole object.
 *
 * @throws RangeError for what no request can ask for. See RFC 9110, section 14.1.2.
 */
export function rangeHeader({ offset = 0, length }: ObjectRange): string | undefined {
  if (!Number.isSafeInteger(offset)) throw new RangeError(`A range's offset is a whole number of bytes, not ${offset}.`)
  if (length !== undefined && !(Number.isSafeInteger(length) && length > 0))
    throw new RangeError(`A range's length is a whole number of bytes of at least 1, not ${length}.`)
  if (offset < 0) {
    if (length !== undefined && length < -offset)
      throw new RangeError('A range that counts from the end goes up to the end: leave out its length.')
    return `bytes=${offset}`
  }
  if (length === undefined) return offset === 0 ? undefined : `bytes=${offset}-`
  return `bytes=${offset}-${Math.min(offset + length, Number.MAX_SAFE_INTEGER) - 1}`
}

/** The bytes that an answer holds. */
export interface AnsweredRange {
  readonly start: number
  /** Half-open. */
  readonly end: number
  /** Of the whole object. */
  readonly totalBytes: number
}

/** What a `content-range` header says; `undefined` where it says nothing that can be understood. */
export function parseContentRange(header: string | undefined): AnsweredRange | undefined {
  const found = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16})$/.exec(header ?? '')
  if (!found) return undefined
  const [start, last, totalBytes] = [Number(found[1]), Number(found[2]), Number(found[3])]
  return start <= last && last < totalBytes ? { start, end: last + 1, totalBytes } : undefined
}
