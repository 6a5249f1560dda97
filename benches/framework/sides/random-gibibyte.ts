/** 1 GiB of float64 that no compressor makes smaller: random words, mixed with another number at every place. `buffer` is that long. */
export function randomGibibyte(buffer: ArrayBuffer | SharedArrayBuffer): Float64Array {
  const words = new Uint32Array(buffer)
  const seed = crypto.getRandomValues(new Uint32Array(16_384))
  for (let start = 0; start < words.length; start += seed.length) {
    const mask = (start * 2_654_435_761) >>> 0
    for (let index = 0; index < seed.length; index += 1) words[start + index] = (seed[index] ?? 0) ^ Math.imul(mask + index, 2_246_822_519)
  }
  return new Float64Array(buffer)
}
