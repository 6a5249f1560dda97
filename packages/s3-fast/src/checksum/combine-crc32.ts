import { crcCombiner } from './combine-crc.ts'
import { crc32Parameters } from './crc-parameters.ts'

const combine = crcCombiner(crc32Parameters)

/** The CRC32 of two bodies one after the other, from theirs: `second` has `secondSizeBytes`. See `crcCombiner`. */
export function combineCrc32(first: number, second: number, secondSizeBytes: number): number {
  return Number(combine(BigInt(first), { crc: BigInt(second), sizeBytes: secondSizeBytes }))
}
