import { giveBack } from '../bytes/give-back.ts'
import { type Validity, ValidityBuilder } from '../column-data/validity.ts'
import { joinByteStreams } from '../encodings/byte-stream-split.ts'
import { decodeDeltaBinary } from '../encodings/delta-binary.ts'
import type { EncodedBytes } from '../encodings/encoded-bytes.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import { decodeRleHybrid } from '../encodings/rle-hybrid.ts'
import type { Page } from '../pages/read-pages.ts'
import { DefinitionReader } from './definition.ts'
import { encodingName } from './encoding-name.ts'

/** Values of 4, 8 or 12 bytes as words of 32 bits, the lowest first; nulls are 0. */
export interface Words {
  readonly words: Int32Array
  readonly validity: Validity | undefined
}

interface WordsTarget {
  /** Words a value. */
  readonly size: 1 | 2 | 3
  readonly rows: number
  /** Where the words go; memory of its own by default. */
  readonly out?: Int32Array | undefined
}

/** Decodes numbers of a fixed width; their bits are moved and never looked at. @throws MalformedData */
export function decodeWords(pages: Iterable<Page>, { size, rows, out: words = new Int32Array(rows * size) }: WordsTarget): Words {
  const validity = new ValidityBuilder(rows)
  const levels = new DefinitionReader()
  let dictionary = new Int32Array(0)
  let row = 0
  for (const page of pages) {
    if (page.kind === 'dictionary') {
      dictionary = new Int32Array(page.count * size)
      copyPlain(page.values, { out: dictionary, count: page.count, size })
      if (page.isOwn) giveBack(page.values.bytes)
      continue
    }
    if (row + page.count > rows) throw new MalformedData(`there are more values than ${rows} rows`)
    const { count, defined } = levels.read(page)
    const out = words.subarray(row * size, (row + page.count) * size)
    decodeValues(page, { out, count, size, dictionary })
    if (defined) {
      spread(out, { defined, rows: page.count, count, size })
      validity.add(defined, { start: row, count: page.count })
    }
    if (page.isOwn) giveBack(page.values.bytes)
    row += page.count
  }
  if (row !== rows) throw new MalformedData(`there are ${row} values for ${rows} rows`)
  return { words, validity: validity.build() }
}

interface ValuesTarget {
  readonly out: Int32Array
  readonly count: number
  readonly size: 1 | 2 | 3
  readonly dictionary: Int32Array
}

function decodeValues({ encoding, values }: Page, { out, count, size, dictionary }: ValuesTarget): void {
  switch (encoding) {
    case 0:
      copyPlain(values, { out, count, size })
      return
    case 2:
    case 8: {
      if (count === 0) return
      // Indices stand at the end of the place of their values: each is read before anything is written over it.
      const indices = out.subarray(count * (size - 1), count * size)
      decodeIndices(values, { out: indices, count })
      lookUp(indices, { out, count, size, dictionary })
      return
    }
    case 5:
      if (size === 3) break
      if (count > 0) decodeDeltaBinary(values, { out, count, width: size === 1 ? 4 : 8 })
      return
    case 9:
      joinByteStreams(values, { out: new Uint8Array(out.buffer, out.byteOffset), count, width: size * 4 })
      return
  }
  throw new MalformedData(`numbers cannot have the encoding ${encodingName(encoding)}`)
}

/** Indices into a dictionary: a byte with their width, then runs. */
export function decodeIndices(
  { bytes, start, end }: EncodedBytes,
  { out, count }: { readonly out: Int32Array; readonly count: number },
): void {
  const bitWidth = start < end ? bytes[start] : undefined
  if (bitWidth === undefined) throw new MalformedData('dictionary indices are cut')
  if (bitWidth === 0) out.fill(0, 0, count)
  else decodeRleHybrid({ bytes, start: start + 1, end }, { out, count, bitWidth })
}

function copyPlain({ bytes, start, end }: EncodedBytes, { out, count, size }: Pick<ValuesTarget, 'out' | 'count' | 'size'>): void {
  const length = count * size * 4
  if (start + length > end) throw new MalformedData('values are cut')
  new Uint8Array(out.buffer, out.byteOffset, length).set(bytes.subarray(start, start + length))
}

function lookUp(indices: Int32Array, { out, count, size, dictionary }: Pick<ValuesTarget, 'out' | 'count' | 'size' | 'dictionary'>): void {
  const entries = dictionary.length / size
  if (size === 1) {
    for (let index = 0; index < count; index += 1) {
      const entry = indices[index] as number
      if (entry >>> 0 >= entries) throw new MalformedData(`the dictionary has ${entries} values, and ${entry} is asked for`)
      out[index] = dictionary[entry] as number
    }
    return
  }
  if (size === 2) {
    for (let index = 0; index < count; index += 1) {
      const entry = indices[index] as number
      if (entry >>> 0 >= entries) throw new MalformedData(`the dictionary has ${entries} values, and ${entry} is asked for`)
      out[2 * index] = dictionary[2 * entry] as number
      out[2 * index + 1] = dictionary[2 * entry + 1] as number
    }
    return
  }
  for (let index = 0; index < count; index += 1) {
    const entry = indices[index] as number
    if (entry >>> 0 >= entries) throw new MalformedData(`the dictionary has ${entries} values, and ${entry} is asked for`)
    for (let word = 0; word < size; word += 1) out[size * index + word] = dictionary[size * entry + word] as number
  }
}

interface Spread {
  readonly defined: Uint8Array
  readonly rows: number
  /** How many values stand at the beginning of the array. */
  readonly count: number
  readonly size: number
}

/** Moves the values at the beginning to the rows that have one, from the end so that none is overwritten before it moved. */
function spread(out: Int32Array, { defined, rows, count, size }: Spread): void {
  let from = count
  for (let row = rows - 1; row >= 0; row -= 1) {
    const isDefined = defined[row] !== 0
    if (isDefined) from -= 1
    for (let word = 0; word < size; word += 1) out[row * size + word] = isDefined ? (out[from * size + word] as number) : 0
  }
}
