import { hash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ChecksumAlgorithm, checksumAlgorithms, checksumSizeBytes, createChecksum } from './checksum.ts'
import { type CombinableAlgorithm, combineCrcs } from './combine-crc.ts'

const compute = (algorithm: ChecksumAlgorithm, ...pieces: readonly Uint8Array[]): Buffer => {
  const checksum = createChecksum(algorithm)
  for (const piece of pieces) checksum.update(piece)
  return checksum.digest()
}

// The check values of the catalogue of parametrised CRC algorithms (reveng), for the nine digits.
const digits = Buffer.from('123456789')

describe('a checksum', () => {
  test.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', hash('sha1', digits)],
    ['SHA256', hash('sha256', digits)],
  ] as const)('%s has the value that is published', (algorithm, value) => {
    expect(compute(algorithm, digits).toString('hex')).toBe(value)
  })

  test.each([...checksumAlgorithms])('%s of nothing has the right size', (algorithm) => {
    expect(compute(algorithm)).toHaveLength(checksumSizeBytes[algorithm])
  })

  test.each([...checksumAlgorithms])('%s does not depend on how the bytes are cut', (algorithm) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200), (data, first, second) => {
        const [a, b] = [Math.min(first, second), Math.max(first, second)]
        expect(compute(algorithm, data.subarray(0, a), data.subarray(a, b), data.subarray(b))).toEqual(compute(algorithm, data))
      }),
    )
  })

  test.each([
    ['CRC32C', 32, 0x82f63b78n],
    ['CRC64NVME', 64, 0x9a6c9329ac4bc9b5n],
  ] as const)('%s agrees with a bit by bit computation', (algorithm, bits, polynomial) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
        const all = (1n << BigInt(bits)) - 1n
        let crc = all
        for (const byte of data) {
          crc ^= BigInt(byte)
          for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n
        }
        expect(compute(algorithm, data).toString('hex')).toBe((crc ^ all).toString(16).padStart(bits / 4, '0'))
      }),
    )
  })
})

describe('the checksum of a whole', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] satisfies CombinableAlgorithm[])('%s follows from those of its parts', (algorithm) => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000), { maxLength: 5 }), (sizes) => {
        const parts = sizes.map((size) => randomBytes(size))
        const values = parts.map((part) => ({ value: compute(algorithm, part), sizeBytes: part.length }))
        expect(combineCrcs(algorithm, values)).toEqual(compute(algorithm, ...parts))
      }),
      { numRuns: 50 },
    )
  })

  test('follows also from parts of more than 4 GiB', () => {
    const zeros = Buffer.alloc(2 ** 20)
    const piece = { value: compute('CRC64NVME', zeros), sizeBytes: zeros.length }
    const byOnes = combineCrcs('CRC64NVME', Array<typeof piece>(8_192).fill(piece))
    const half = { value: combineCrcs('CRC64NVME', Array<typeof piece>(4_096).fill(piece)), sizeBytes: 2 ** 32 }
    expect(combineCrcs('CRC64NVME', [half, half])).toEqual(byOnes)
  })
})
