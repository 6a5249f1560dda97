/** A part of an object: half-open. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** What a `Range` header asks for: a part, nothing that can be understood (then the whole is sent), or what is not there. */
export type RangeResult = ByteRange | 'whole' | 'unsatisfiable'

/** Reads a `Range` header for an object of `sizeBytes`. A header of another form, or of several ranges, is passed over as S3 does (RFC 9110, 14.2). */
export function evaluateRange(header: string | undefined, sizeBytes: number): RangeResult {
  const match = header === undefined ? undefined : /^bytes=(\d*)-(\d*)$/.exec(header.replaceAll(' ', ''))
  if (!match || (match[1] === '' && match[2] === '')) return 'whole'
  const [, first = '', last = ''] = match
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes)
    return length === 0 ? 'unsatisfiable' : { start: sizeBytes - length, end: sizeBytes }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return 'whole'
  if (start >= sizeBytes) return 'unsatisfiable'
  return { start, end: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) }
}

/** Reads `x-amz-copy-source-range`, which must lie inside the source, or gives `undefined` for any other. */
export function parseCopyRange(header: string, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header)
  if (!match) return undefined
  const [start, last] = [Number(match[1]), Number(match[2])]
  return start <= last && last < sizeBytes ? { start, end: last + 1 } : undefined
}
