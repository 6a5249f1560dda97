/** A cyclic redundancy check whose bits are reflected, as CRC32, CRC32C and CRC64NVME are. */
interface Reflected {
  readonly bits: bigint
  readonly polynomial: bigint
}

/** Algorithms whose value for a whole follows from those of its parts. */
export type CombinableAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME'

const kinds: Readonly<Record<CombinableAlgorithm, Reflected>> = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
}

/** Whether the value of a whole follows from the values of its parts. */
export function isCombinable(algorithm: string): algorithm is CombinableAlgorithm {
  return algorithm in kinds
}

/** One piece of a whole: its own value, big-endian, and its length. */
export interface CrcPart {
  readonly value: Buffer
  readonly sizeBytes: number
}

/** The value of the parts one after the other, big-endian, without looking at their bytes. */
export function combineCrcs(algorithm: CombinableAlgorithm, parts: readonly CrcPart[]): Buffer {
  const kind = kinds[algorithm]
  const powers = [xToTheEighth(kind)]
  let crc = 0n
  for (const { value, sizeBytes } of parts) {
    // Moving a value past n bytes is a multiplication by x^(8n).
    let left = sizeBytes
    for (let index = 0; left > 0; index += 1, left = Math.floor(left / 2)) {
      const power = powers[index] ?? multiply(kind, powers[index - 1] ?? 0n, powers[index - 1] ?? 0n)
      powers[index] = power
      if (left % 2 === 1) crc = multiply(kind, crc, power)
    }
    crc ^= BigInt(`0x${value.toString('hex')}`)
  }
  return Buffer.from(crc.toString(16).padStart(Number(kind.bits / 4n), '0'), 'hex')
}

// The highest bit is the coefficient of x^0.
const xToTheEighth = ({ bits }: Reflected): bigint => 1n << (bits - 9n)

function multiply({ bits, polynomial }: Reflected, a: bigint, b: bigint): bigint {
  let product = 0n
  let shifted = b
  for (let bit = bits - 1n; bit >= 0n; bit -= 1n) {
    if ((a >> bit) & 1n) product ^= shifted
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n
  }
  return product
}
