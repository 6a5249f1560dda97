import type { ColumnData, NumberArray } from './column-data.ts'
import type { Validity } from './validity.ts'

/** Rows from `start` to before `end`. */
export interface RowRange {
  readonly start: number
  readonly end: number
}

/** The values of consecutive rows. Shares memory where it can. */
export function sliceRows(data: ColumnData, { start, end }: RowRange): ColumnData {
  if (data.kind === 'objects') return { kind: 'objects', values: data.values.slice(start, end) }
  const validity = data.validity && sliceValidity(data.validity, { start, end })
  if (data.kind === 'coded') return { ...data, codes: data.codes.subarray(start, end), validity }
  return { kind: 'numbers', values: data.values.subarray(start, end), validity }
}

/** The values of these rows, in this order. */
export function takeRows(data: ColumnData, rows: Int32Array): ColumnData {
  if (data.kind === 'objects') return { kind: 'objects', values: Array.from(rows, (row) => data.values[row]) }
  const validity = data.validity && takeValidity(data.validity, rows)
  if (data.kind === 'coded') return { ...data, codes: takeWords(data.codes, { rows, size: 1 }), validity }
  return { kind: 'numbers', values: takeNumbers(data.values, rows), validity }
}

/** 64-bit numbers move as pairs of words: as `BigInt`s they would be allocated, as floats some NaNs would change. */
function takeNumbers(values: NumberArray, rows: Int32Array): NumberArray {
  if (values instanceof Uint8Array) {
    const taken = new Uint8Array(rows.length)
    for (let index = 0; index < rows.length; index += 1) taken[index] = values[rows[index] as number] as number
    return taken
  }
  const size = values.BYTES_PER_ELEMENT === 8 ? 2 : 1
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * size)
  const { buffer } = takeWords(words, { rows, size })
  return new (values.constructor as new (buffer: ArrayBufferLike) => NumberArray)(buffer)
}

function takeWords(words: Int32Array, { rows, size }: { readonly rows: Int32Array; readonly size: 1 | 2 }): Int32Array {
  const taken = new Int32Array(rows.length * size)
  if (size === 1) for (let index = 0; index < rows.length; index += 1) taken[index] = words[rows[index] as number] as number
  else {
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index] as number
      taken[2 * index] = words[2 * row] as number
      taken[2 * index + 1] = words[2 * row + 1] as number
    }
  }
  return taken
}

function sliceValidity(validity: Validity, { start, end }: RowRange): Validity {
  const shift = start & 7
  if (shift === 0) return validity.subarray(start >> 3, (end + 7) >> 3)
  const bytes = (end - start + 7) >> 3
  const slice = new Uint8Array(bytes)
  for (let index = 0; index < bytes; index += 1) {
    const low = validity[(start >> 3) + index] as number
    const high = validity[(start >> 3) + index + 1] ?? 0
    slice[index] = (low >> shift) | (high << (8 - shift))
  }
  return slice
}

function takeValidity(validity: Validity, rows: Int32Array): Validity {
  const taken = new Uint8Array((rows.length + 7) >> 3)
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] as number
    const bit = ((validity[row >> 3] as number) >> (row & 7)) & 1
    taken[index >> 3] = (taken[index >> 3] as number) | (bit << (index & 7))
  }
  return taken
}
