import { giveBack } from '../bytes/give-back.ts'
import { type Validity, ValidityBuilder } from '../column-data/validity.ts'
import { type ByteSlices, joinSlices } from '../encodings/byte-slices.ts'
import { joinByteStreams } from '../encodings/byte-stream-split.ts'
import { decodeDeltaLengths, decodeDeltaStrings } from '../encodings/delta-bytes.ts'
import type { EncodedBytes } from '../encodings/encoded-bytes.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import { sliceFixed, sliceLengthPrefixed } from '../encodings/plain-bytes.ts'
import type { Page } from '../pages/read-pages.ts'
import { decodeIndices } from './decode-words.ts'
import { DefinitionReader } from './definition.ts'
import { encodingName } from './encoding-name.ts'
import { spreadDefined } from './spread-defined.ts'

/** Texts and other bytes: for each row the place of its value in a list of values; nulls have the code 0. */
export interface CodedSlices {
  readonly codes: Int32Array
  readonly slices: ByteSlices
  readonly validity: Validity | undefined
}

interface SlicesTarget {
  readonly rows: number
  /** Bytes of each value, where all have as many. */
  readonly fixedBytes: number | undefined
}

/**
 * Decodes texts to codes. A value of a dictionary is one entry; each value that is written out is an entry of its own, so entries are not distinct.
 *
 * @throws MalformedData
 */
export function decodeSlices(pages: Iterable<Page>, { rows, fixedBytes }: SlicesTarget): CodedSlices {
  const codes = new Int32Array(rows)
  const validity = new ValidityBuilder(rows)
  const levels = new DefinitionReader()
  const parts: ByteSlices[] = []
  let entries = 0
  let dictionaryEntries = 0
  let row = 0
  for (const page of pages) {
    if (page.kind === 'dictionary') {
      const part = slicePlain(page.values, { count: page.count, fixedBytes })
      parts.push(part)
      dictionaryEntries = page.count
      entries += page.count
      continue
    }
    if (row + page.count > rows) throw new MalformedData(`there are more values than ${rows} rows`)
    const { count, defined } = levels.read(page)
    const isCoded = page.encoding === 2 || page.encoding === 8
    const out = codes.subarray(row, row + page.count)
    if (isCoded) {
      if (count > 0) decodeIndices(page.values, { out, count })
      for (let index = 0; index < count; index += 1) {
        if ((out[index] as number) >>> 0 >= dictionaryEntries)
          throw new MalformedData(`the dictionary has ${dictionaryEntries} values, and ${out[index]} is asked for`)
      }
    } else {
      parts.push(sliceValues(page, { count, fixedBytes }))
      for (let index = 0; index < count; index += 1) out[index] = entries + index
      entries += count
    }
    if (defined) {
      spreadDefined(out, { defined, count })
      validity.add(defined, { start: row, count: page.count })
    }
    if (page.isOwn && isCoded) giveBack(page.values.bytes)
    row += page.count
  }
  if (row !== rows) throw new MalformedData(`there are ${row} values for ${rows} rows`)
  return { codes, slices: joinSlices(parts), validity: validity.build() }
}

interface Sliced {
  readonly count: number
  readonly fixedBytes: number | undefined
}

function slicePlain(values: EncodedBytes, { count, fixedBytes }: Sliced): ByteSlices {
  return fixedBytes === undefined ? sliceLengthPrefixed(values, count) : sliceFixed(values, { count, width: fixedBytes })
}

function sliceValues({ encoding, values }: Page, { count, fixedBytes }: Sliced): ByteSlices {
  switch (encoding) {
    case 0:
      return slicePlain(values, { count, fixedBytes })
    case 6:
      return count === 0 ? none : decodeDeltaLengths(values, count)
    case 7:
      return count === 0 ? none : decodeDeltaStrings(values, count)
    case 9: {
      if (fixedBytes === undefined) break
      const out = new Uint8Array(count * fixedBytes)
      joinByteStreams(values, { out, count, width: fixedBytes })
      return sliceFixed({ bytes: out, start: 0, end: out.length }, { count, width: fixedBytes })
    }
  }
  throw new MalformedData(`texts cannot have the encoding ${encodingName(encoding)}`)
}

const none: ByteSlices = { bytes: new Uint8Array(), starts: new Uint32Array(), ends: new Uint32Array() }
