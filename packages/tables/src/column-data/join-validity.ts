import { type ColumnData, rowCount } from './column-data.ts'
import type { Validity } from './validity.ts'

/** The bitmaps of several parts of a column as one; `undefined` where every row has a value. */
export function joinValidity(parts: readonly ColumnData[], rows: number): Validity | undefined {
  if (parts.every((part) => part.kind === 'objects' || !part.validity)) return undefined
  const validity = new Uint8Array((rows + 7) >> 3).fill(255)
  let at = 0
  for (const part of parts) {
    const count = rowCount(part)
    if (part.kind !== 'objects' && part.validity) {
      if ((at & 7) === 0) validity.set(part.validity.subarray(0, (count + 7) >> 3), at >> 3)
      else clearNulls(validity, { from: part.validity, at, count })
    }
    at += count
  }
  return validity
}

function clearNulls(
  validity: Validity,
  { from, at, count }: { readonly from: Validity; readonly at: number; readonly count: number },
): void {
  for (let row = 0; row < count; row += 1) {
    if (((from[row >> 3] as number) & (1 << (row & 7))) !== 0) continue
    validity[(at + row) >> 3] = (validity[(at + row) >> 3] as number) & ~(1 << ((at + row) & 7))
  }
}
