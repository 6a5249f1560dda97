import type { CompressionCodec } from 'hyparquet'
import type { ColumnData, NumberArray } from '../column-data/column-data.ts'
import { isValid } from '../column-data/validity.ts'
import { readPages } from '../pages/read-pages.ts'
import type { Leaf } from '../schema/read-schema.ts'
import { decodeBooleans } from './decode-booleans.ts'
import { type CodedSlices, decodeSlices } from './decode-slices.ts'
import { decodeWords } from './decode-words.ts'

/** Pages of a flat column to decode: a dictionary, if there is one, and data pages with `rows` rows in all. */
export interface ChunkInput {
  readonly leaf: Leaf
  readonly codec: CompressionCodec
  readonly bytes: Uint8Array
  readonly rows: number
  /** Where numbers of this column go, if they lie in memory as they lie in the file (`canDecodeInto`). Default: memory of their own. */
  readonly into?: NumberArray | undefined
}

/** Decodes pages to what the column's type asks for. Little-endian machines only, which is what Node runs on. @throws MalformedData */
export function decodeChunk({ leaf, codec, bytes, rows, into }: ChunkInput): ColumnData {
  const pages = readPages(bytes, { codec, isNullable: leaf.isNullable })
  switch (leaf.physical) {
    case 'BOOLEAN':
      return { kind: 'numbers', ...decodeBooleans(pages, { rows, out: into instanceof Uint8Array ? into : undefined }) }
    case 'INT32':
    case 'FLOAT':
    case 'INT64':
    case 'DOUBLE': {
      const size = leaf.physical === 'INT32' || leaf.physical === 'FLOAT' ? 1 : 2
      const out = into && new Int32Array(into.buffer, into.byteOffset, into.byteLength / 4)
      const { words, validity } = decodeWords(pages, { size, rows, out })
      return { kind: 'numbers', values: into ?? viewWords(words, leaf), validity }
    }
    case 'INT96': {
      const { words, validity } = decodeWords(pages, { size: 3, rows })
      return { kind: 'numbers', values: int96ToNanoseconds(words, rows), validity }
    }
    case 'BYTE_ARRAY':
      return finishSlices(decodeSlices(pages, { rows, fixedBytes: undefined }), leaf)
    case 'FIXED_LEN_BYTE_ARRAY':
      return finishSlices(decodeSlices(pages, { rows, fixedBytes: leaf.typeBytes ?? 0 }), leaf)
  }
}

/** Whether numbers of a column lie in memory as they lie in the file, so that they can be decoded into an array of the column's type. */
export function canDecodeInto({ physical, type }: Leaf): boolean {
  if (physical === 'INT32') return type.name !== 'decimal'
  return physical === 'BOOLEAN' || physical === 'FLOAT' || physical === 'INT64' || physical === 'DOUBLE'
}

/** The same memory as the numbers that the type says. */
function viewWords(words: Int32Array, { type, physical }: Leaf): NumberArray {
  const { buffer } = words
  if (physical === 'FLOAT') return new Float32Array(buffer)
  if (physical === 'DOUBLE') return new Float64Array(buffer)
  if (physical === 'INT64') return type.name === 'uint64' ? new BigUint64Array(buffer) : new BigInt64Array(buffer)
  if (type.name === 'uint32') return new Uint32Array(buffer)
  return type.name === 'decimal' ? BigInt64Array.from(words, BigInt) : words
}

/** Hive's and Spark's old timestamps: nanoseconds of the day, then the Julian day, of which 2,440,588 is 1970-01-01. */
function int96ToNanoseconds(words: Int32Array, rows: number): BigInt64Array {
  const nanoseconds = new BigInt64Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const low = BigInt((words[3 * row] as number) >>> 0)
    const high = BigInt((words[3 * row + 1] as number) >>> 0)
    const day = words[3 * row + 2] as number
    if (day !== 0) nanoseconds[row] = BigInt(day - 2_440_588) * 86_400_000_000_000n + ((high << 32n) | low)
  }
  return nanoseconds
}

function finishSlices({ codes, slices, validity }: CodedSlices, { type, physical }: Leaf): ColumnData {
  if (type.name === 'decimal') return finishDecimals({ codes, slices, validity }, type.precision ?? 0)
  if (type.name === 'float32' && physical === 'FIXED_LEN_BYTE_ARRAY') {
    const entries = Float32Array.from(slices.starts, (start) => readFloat16(slices.bytes, start))
    const values = new Float32Array(codes.length)
    for (let row = 0; row < codes.length; row += 1) if (isValid(validity, row)) values[row] = entries[codes[row] as number] as number
    return { kind: 'numbers', values, validity }
  }
  return { kind: 'coded', codes, slices, validity }
}

/** Up to 18 digits fit 64 bits; more are objects. Bytes are big-endian, in two's complement. */
function finishDecimals({ codes, slices, validity }: CodedSlices, precision: number): ColumnData {
  const entries = Array.from(slices.starts, (start, index) => {
    const bytes = slices.bytes.subarray(start, slices.ends[index])
    return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
  })
  const valueAt = (code: number, row: number): bigint | null => (isValid(validity, row) ? (entries[code] ?? 0n) : null)
  if (precision > 18) return { kind: 'objects', values: Array.from(codes, valueAt) }
  return { kind: 'numbers', values: BigInt64Array.from(codes, (code, row) => valueAt(code, row) ?? 0n), validity }
}

/** IEEE 754 binary16, little-endian. */
function readFloat16(bytes: Uint8Array, offset: number): number {
  const bits = ((bytes[offset + 1] as number) << 8) | (bytes[offset] as number)
  const sign = bits >> 15 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}
