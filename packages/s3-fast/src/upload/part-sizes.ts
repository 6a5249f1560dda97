const MiB = 1_048_576

/** The most parts that an upload may have. See "Amazon S3 multipart upload limits". */
export const maxParts = 10_000
/** The largest object: 5 TiB. */
export const maxObjectBytes: number = 5 * 1_048_576 * MiB
/** Parts of 16 MiB keep two connections busy on a fast network and cost 16 MiB of memory each. */
const smallestPartBytes = 16 * MiB

/**
 * How large each part of a body is, the last one excepted: 16 MiB, and more where 10,000 parts would not do; whole MiB.
 *
 * @throws RangeError for a body of more than 5 TiB.
 */
export function partSizeOf(bodyBytes: number): number {
  if (bodyBytes > maxObjectBytes)
    throw new RangeError(`S3 stores objects of up to 5 TiB (${maxObjectBytes} bytes), and this has ${bodyBytes}.`)
  return Math.max(smallestPartBytes, Math.ceil(bodyBytes / maxParts / MiB) * MiB)
}

/**
 * How large part `number` (from 1) of a body of unknown length is: 16 MiB for the first 1,000, then growing, so that 5 TiB fit.
 *
 * Up to 16 GiB all parts have one size, as some servers that are not AWS demand.
 */
export function streamPartSize(number: number): number {
  return number <= 1_000 ? smallestPartBytes : smallestPartBytes + Math.ceil((number - 1_000) * 0.13) * MiB
}

/** A run of bytes of a body of known size that is one part. */
export interface PartRange {
  /** From 1. */
  readonly number: number
  readonly start: number
  /** Half-open. */
  readonly end: number
  readonly sizeBytes: number
}

/** The parts of a body, in order, each of `partBytes` but the last one. */
export function* partRanges(bodyBytes: number, partBytes: number): Generator<PartRange> {
  for (let start = 0, number = 1; start < bodyBytes; start += partBytes, number += 1) {
    const end = Math.min(start + partBytes, bodyBytes)
    yield { number, start, end, sizeBytes: end - start }
  }
}
