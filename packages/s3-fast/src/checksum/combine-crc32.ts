const polynomial = 0xedb88320

/**
 * The CRC32 of two bodies one after the other, from theirs: `second` has `secondSizeBytes`. Takes microseconds whatever the size.
 *
 * A body of zero bytes more is a multiplication by x^8 modulo the polynomial, so `n` bytes are one by x^(8n), which is squared together from its bits.
 */
export function combineCrc32(first: number, second: number, secondSizeBytes: number): number {
  return (multiply(power(secondSizeBytes), first) ^ second) >>> 0
}

/** x^(8n) modulo the polynomial, bits reflected: the highest bit is x^0. */
function power(sizeBytes: number): number {
  let result = 0x80000000
  for (let rest = sizeBytes, at = 3; rest > 0; rest = Math.floor(rest / 2), at += 1) {
    if (rest % 2 === 1) result = multiply(square(at), result)
  }
  return result
}

/** squares[n] is x^(2^n). */
const squares = [0x40000000]

function square(at: number): number {
  for (let last = squares.length - 1; last < at; last += 1) {
    const value = squares[last] as number
    squares.push(multiply(value, value))
  }
  return squares[at] as number
}

function multiply(a: number, b: number): number {
  let product = 0
  let shifted = b
  for (let bit = 31; bit >= 0; bit -= 1) {
    if ((a >>> bit) & 1) product ^= shifted
    shifted = shifted & 1 ? (shifted >>> 1) ^ polynomial : shifted >>> 1
  }
  return product >>> 0
}
