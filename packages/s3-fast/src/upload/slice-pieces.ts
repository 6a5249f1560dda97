import type { Pieces } from '../http/pieces.ts'

/** The bytes from `start` up to, not including, `end`: views, no copies. */
export function slicePieces(pieces: Pieces, { start, end }: { readonly start: number; readonly end: number }): Uint8Array[] {
  const slice: Uint8Array[] = []
  let offset = 0
  for (const piece of pieces) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, piece.byteLength)
    if (from < to) slice.push(piece.subarray(from, to))
    offset += piece.byteLength
    if (offset >= end) break
  }
  return slice
}
