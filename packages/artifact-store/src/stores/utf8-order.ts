/**
 * Compares two strings by their UTF-8 bytes, which is how S3 sorts keys; JavaScript's own order differs beside surrogates.
 *
 * Negative, 0 or positive, as for `Array.prototype.sort`.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let position = 0; position < length; position += 1) {
    const a = left.charCodeAt(position)
    const b = right.charCodeAt(position)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Moves surrogates (code points from U+10000) behind U+E000 to U+FFFF, where UTF-8 has them. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
