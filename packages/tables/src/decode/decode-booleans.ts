import { giveBack } from '../bytes/give-back.ts'
import { type Validity, ValidityBuilder } from '../column-data/validity.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import { decodeRleHybrid } from '../encodings/rle-hybrid.ts'
import { unpackBits } from '../encodings/unpack-bits.ts'
import type { Page } from '../pages/read-pages.ts'
import { DefinitionReader } from './definition.ts'
import { encodingName } from './encoding-name.ts'
import { spreadDefined } from './spread-defined.ts'

/** Truth values as 0 and 1; nulls are 0. */
export interface Booleans {
  readonly values: Uint8Array
  readonly validity: Validity | undefined
}

/** Decodes a column of truth values. @throws MalformedData */
export function decodeBooleans(
  pages: Iterable<Page>,
  { rows, out: values = new Uint8Array(rows) }: { readonly rows: number; readonly out?: Uint8Array | undefined },
): Booleans {
  const validity = new ValidityBuilder(rows)
  const levels = new DefinitionReader()
  let row = 0
  for (const page of pages) {
    if (page.kind === 'dictionary') throw new MalformedData('truth values cannot have a dictionary')
    if (row + page.count > rows) throw new MalformedData(`there are more values than ${rows} rows`)
    const { count, defined } = levels.read(page)
    const out = values.subarray(row, row + page.count)
    decodeValues(page, { out, count })
    if (defined) {
      spreadDefined(out, { defined, count })
      validity.add(defined, { start: row, count: page.count })
    }
    if (page.isOwn) giveBack(page.values.bytes)
    row += page.count
  }
  if (row !== rows) throw new MalformedData(`there are ${row} values for ${rows} rows`)
  return { values, validity: validity.build() }
}

function decodeValues({ encoding, values }: Page, { out, count }: { readonly out: Uint8Array; readonly count: number }): void {
  const { bytes, start, end } = values
  if (encoding === 0) {
    if (start + Math.ceil(count / 8) > end) throw new MalformedData('values are cut')
    unpackBits(values, { out, at: 0, count, bitWidth: 1 })
  } else if (encoding === 3) {
    // The length in front says nothing that the page does not.
    if (start + 4 > end) throw new MalformedData('values are cut')
    decodeRleHybrid({ bytes, start: start + 4, end }, { out, count, bitWidth: 1 })
  } else throw new MalformedData(`truth values cannot have the encoding ${encodingName(encoding)}`)
}
