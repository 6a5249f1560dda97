import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { MalformedData } from '../encodings/malformed-data.ts'

/** A header of a page, which stands right before it. Source: https://github.com/apache/parquet-format, `struct PageHeader`. */
export interface PageHeader {
  readonly kind: 'data' | 'data-v2' | 'dictionary' | 'other'
  /** Of the header itself. */
  readonly headerBytes: number
  readonly compressedBytes: number
  readonly uncompressedBytes: number
  readonly crc: number | undefined
  /** Nulls included. */
  readonly values: number
  /** As Parquet numbers them. */
  readonly encoding: number
  /** Of version 2 only. */
  readonly repetitionBytes: number
  readonly definitionBytes: number
  readonly isCompressed: boolean
}

interface Fields {
  readonly [field: `field_${number}`]: unknown
}

const kinds = ['data', 'other', 'dictionary', 'data-v2'] as const

/** Reads the header at `offset`. @throws MalformedData */
export function readPageHeader(bytes: Uint8Array, offset: number): PageHeader {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset }
  let header: Fields
  try {
    header = deserializeTCompactProtocol(reader)
  } catch (cause) {
    throw new MalformedData('a page header is damaged', { cause })
  }
  const kind = kinds[number(header.field_1)] ?? 'other'
  const details = (kind === 'data' ? header.field_5 : kind === 'dictionary' ? header.field_7 : header.field_8) as Fields | undefined
  if (kind !== 'other' && typeof details !== 'object') throw new MalformedData('a page header is damaged')
  const { field_1: values, ...rest } = details ?? {}
  return {
    kind,
    headerBytes: reader.offset - offset,
    uncompressedBytes: number(header.field_2),
    compressedBytes: number(header.field_3),
    crc: header.field_4 === undefined ? undefined : (header.field_4 as number) >>> 0,
    values: kind === 'other' ? 0 : number(values),
    encoding: kind === 'other' ? 0 : number(kind === 'data-v2' ? rest.field_4 : rest.field_2),
    definitionBytes: kind === 'data-v2' ? number(rest.field_5) : 0,
    repetitionBytes: kind === 'data-v2' ? number(rest.field_6) : 0,
    isCompressed: rest.field_7 !== false || kind !== 'data-v2',
  }
}

function number(value: unknown): number {
  if (typeof value !== 'number' || value < 0) throw new MalformedData('a page header is damaged')
  return value
}
