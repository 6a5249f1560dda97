/** Bytes that lie in several places and count as one body. */
export type Pieces = readonly Uint8Array[]

/** How long the body of these pieces is, in bytes. */
export function piecesSize(pieces: Pieces): number {
  let sizeBytes = 0
  for (const piece of pieces) sizeBytes += piece.byteLength
  return sizeBytes
}
