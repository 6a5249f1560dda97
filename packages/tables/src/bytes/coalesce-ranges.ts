import type { ByteRange } from './byte-source.ts'

/** One request, and which of the wanted ranges it holds. */
export interface CoalescedRange extends ByteRange {
  /** Places in the list of wanted ranges. */
  readonly members: readonly number[]
}

/**
 * Joins ranges with at most `gapBytes` between them, so that near ones cost one request. Ranges may overlap. A request is not made longer than
 * `maxBytes` by joining, so that requests stay many enough to go in parallel.
 *
 * @returns requests in the order of their offsets
 */
export function coalesceRanges(
  ranges: readonly ByteRange[],
  { gapBytes, maxBytes }: { readonly gapBytes: number; readonly maxBytes: number },
): CoalescedRange[] {
  const order = ranges.map((_, index) => index).sort((a, b) => (ranges[a]?.offset ?? 0) - (ranges[b]?.offset ?? 0))
  const joined: { offset: number; length: number; members: number[] }[] = []
  for (const index of order) {
    const range = ranges[index]
    if (!range) continue
    const last = joined.at(-1)
    const end = range.offset + range.length
    if (
      last &&
      range.offset - (last.offset + last.length) <= gapBytes &&
      Math.max(end, last.offset + last.length) - last.offset <= maxBytes
    ) {
      last.length = Math.max(last.length, end - last.offset)
      last.members.push(index)
    } else joined.push({ offset: range.offset, length: range.length, members: [index] })
  }
  return joined
}
