import { describe, expect, test } from 'vitest'
import { maxObjectBytes, maxParts, partSizeOf, streamPartSize } from './part-sizes.ts'

const MiB = 1_048_576

describe('the size of parts', () => {
  test('is 16 MiB as long as 10,000 of them hold the body', () => {
    expect(partSizeOf(1)).toBe(16 * MiB)
    expect(partSizeOf(16 * MiB * maxParts)).toBe(16 * MiB)
    expect(partSizeOf(16 * MiB * maxParts + 1)).toBe(17 * MiB)
  })

  test('lets 5 TiB fit into 10,000 parts, none above 5 GiB', () => {
    const sizeBytes = partSizeOf(maxObjectBytes)
    expect(Math.ceil(maxObjectBytes / sizeBytes)).toBeLessThanOrEqual(maxParts)
    expect(sizeBytes).toBe(525 * MiB)
    expect(() => partSizeOf(maxObjectBytes + 1)).toThrow(RangeError)
  })

  test('of a stream is one for the first 16 GiB and grows, so that 5 TiB fit', () => {
    let sizeBytes = 0
    for (let number = 1; number <= maxParts; number += 1) sizeBytes += streamPartSize(number)
    expect(sizeBytes).toBeGreaterThan(maxObjectBytes)
    expect(streamPartSize(1)).toBe(streamPartSize(1_000))
    expect(streamPartSize(maxParts)).toBeLessThan(5_120 * MiB)
  })
})
