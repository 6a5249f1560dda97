import { clientError } from './batch-error.ts'
import type { Fields } from './fields.ts'

/** A part of a list, and what leads to the next part. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly nextToken?: string
}

/** Takes the part of a list that a request asks for by `maxResults` and `nextToken`: the token is the mark of the last item before it. */
export function pageOf<T>(
  items: Iterable<T>,
  input: Fields,
  {
    most,
    markOf,
    isAfter,
  }: { readonly most: number; readonly markOf: (item: T) => number; readonly isAfter: (mark: number, last: number) => boolean },
): Page<T> {
  const size = input.wholeNumber('maxResults', { least: 1, most: 1_000_000 }) ?? most
  const token = input.text('nextToken')
  const last = token === undefined ? undefined : readToken(token)
  const found: T[] = []
  for (const item of items) {
    if (last !== undefined && !isAfter(markOf(item), last)) continue
    const before = found.at(-1)
    if (found.length === Math.min(size, most) && before !== undefined) return { items: found, nextToken: writeToken(markOf(before)) }
    found.push(item)
  }
  return { items: found }
}

const writeToken = (mark: number): string => Buffer.from(`after ${mark}`).toString('base64url')

function readToken(token: string): number {
  const mark = /^after (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (mark === undefined) throw clientError('Invalid nextToken')
  return Number(mark)
}
