import type { RowRange } from './select-rows.ts'

/** How many rows the ranges have. */
export function countRows(ranges: readonly RowRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0)
}

/** The rows that both have. Both are in order and without overlaps, and so is the result. */
export function intersectRanges(a: readonly RowRange[], b: readonly RowRange[]): RowRange[] {
  const both: RowRange[] = []
  let i = 0
  let j = 0
  for (let left = a[0], right = b[0]; left && right; left = a[i], right = b[j]) {
    const start = Math.max(left.start, right.start)
    const end = Math.min(left.end, right.end)
    if (start < end) both.push({ start, end })
    if (left.end <= right.end) i += 1
    else j += 1
  }
  return both
}

/** Neighbouring ranges as one. */
export function joinRanges(ranges: readonly RowRange[]): RowRange[] {
  const joined: RowRange[] = []
  for (const range of ranges) {
    const last = joined.at(-1)
    if (last?.end === range.start) joined[joined.length - 1] = { start: last.start, end: range.end }
    else joined.push(range)
  }
  return joined
}

/**
 * Where the rows of `wanted` are in an array that holds the rows of `present`, one range after another. `wanted` lies within `present`; both are in
 * order.
 */
export function placesOf(wanted: readonly RowRange[], present: readonly RowRange[]): RowRange[] {
  const places: RowRange[] = []
  let before = 0
  let index = 0
  for (const range of present) {
    for (let next = wanted[index]; next && next.start < range.end; next = wanted[index]) {
      const start = Math.max(next.start, range.start)
      const end = Math.min(next.end, range.end)
      places.push({ start: before + start - range.start, end: before + end - range.start })
      if (next.end > range.end) break
      index += 1
    }
    before += range.end - range.start
  }
  return joinRanges(places)
}
