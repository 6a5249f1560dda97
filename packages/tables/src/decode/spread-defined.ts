/**
 * Moves the first `count` values, in place, to the rows that are defined, and puts 0 in the others: `out` has a place for every row, `defined` says 0 for
 * a null. From behind, so that no value is overwritten before it is moved.
 */
export function spreadDefined(
  out: Uint8Array | Int32Array,
  { defined, count }: { readonly defined: Uint8Array; readonly count: number },
): void {
  let from = count
  for (let row = out.length - 1; row >= 0; row -= 1) {
    if (defined[row] === 0) out[row] = 0
    else {
      from -= 1
      out[row] = out[from] as number
    }
  }
}
