import { readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js'
import { xxhash64 } from 'hyparquet/src/xxhash.js'
import type { Leaf } from '../schema/read-schema.ts'
import type { Comparable } from './comparable.ts'

/**
 * Whether any of the values can be in a column chunk, by its split block Bloom filter. `false` is certain. A filter of a kind that is not known says
 * that all can.
 *
 * @param bytes the filter with its header
 */
export function bloomCanMatch(
  bytes: Uint8Array,
  { values, leaf }: { readonly values: readonly Comparable[]; readonly leaf: Leaf },
): boolean {
  const filter = readBloomFilter({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 })
  if (!filter) return true
  return values.some((value) => {
    const plain = encodePlain(value, leaf)
    return plain === undefined || sbbfContains(filter.blocks, xxhash64(plain))
  })
}

/** The bytes that PLAIN encoding gives, which the hash is of; `undefined` where several encodings are equal to the value. */
function encodePlain(value: Comparable, { physical }: Leaf): Uint8Array | undefined {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  switch (physical) {
    case 'INT32':
      if (!Number.isInteger(Number(value))) return undefined
      view.setInt32(0, Number(value), true)
      return bytes.subarray(0, 4)
    case 'INT64':
      view.setBigInt64(0, BigInt.asIntN(64, BigInt(value as bigint)), true)
      return bytes
    case 'FLOAT':
      // -0 equals 0 and has other bytes.
      if (value === 0) return undefined
      view.setFloat32(0, Number(value), true)
      return bytes.subarray(0, 4)
    case 'DOUBLE':
      if (value === 0) return undefined
      view.setFloat64(0, Number(value), true)
      return bytes
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return value instanceof Uint8Array ? value : undefined
    default:
      return undefined
  }
}
