// These entry points are plain JavaScript; the main one looks for a native addon, which takes longer than a whole task.
import { Packr, RESERVE_START_SPACE } from 'msgpackr/pack'
import { Unpackr } from 'msgpackr/unpack'
import { form } from './document.ts'

const packr = new Packr({ useRecords: false, variableMapSize: true, useBigIntExtension: true })
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'bigint' })
/** A packed value above this size takes msgpackr's working buffer with it, instead of leaving it allocated. */
const keepBelowBytes = 1024 * 1024

/** Packs a value behind a byte for its form. The array stays as it is: later calls do not write over it. */
export function packForm(formByte: (typeof form)[keyof typeof form], value: unknown): Uint8Array {
  const packed: Uint8Array = packr.pack(value, RESERVE_START_SPACE | 1)
  packed[0] = formByte
  if (packed.length > keepBelowBytes) packr.useBuffer(Buffer.allocUnsafeSlow(8192))
  return packed
}

/** The inverse of {@link packForm}. @throws Error if the bytes are none that it made. */
export function unpackForm(bytes: Uint8Array): { readonly isTree: boolean; readonly value: unknown } {
  const [formByte] = bytes
  if (formByte !== form.tree && formByte !== form.graph) throw new Error(`an unknown form, ${formByte}`)
  return { isTree: formByte === form.tree, value: unpackr.unpack(bytes.subarray(1)) }
}
