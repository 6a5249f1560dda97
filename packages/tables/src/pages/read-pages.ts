import { crc32 } from 'node:zlib'
import type { CompressionCodec } from 'hyparquet'
import type { EncodedBytes } from '../encodings/encoded-bytes.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import { decompress } from './decompress.ts'
import { type PageHeader, readPageHeader } from './page-header.ts'

/** A page of a flat column, decompressed. */
export interface Page {
  readonly kind: 'data' | 'dictionary'
  /** Nulls included. */
  readonly count: number
  /** As Parquet numbers them. */
  readonly encoding: number
  /** Which rows have a value; absent where all have. */
  readonly definition: EncodedBytes | undefined
  readonly values: EncodedBytes
  /** Whether the memory of `values` is the page's own, so that it can be given back once they are decoded. */
  readonly isOwn: boolean
}

/** The pages that stand one after another in `bytes`. @throws MalformedData, also where a page's CRC-32 is another than its header says. */
export function* readPages(
  bytes: Uint8Array,
  { codec, isNullable }: { readonly codec: CompressionCodec; readonly isNullable: boolean },
): Generator<Page> {
  for (let offset = 0; offset < bytes.length; ) {
    const header = readPageHeader(bytes, offset)
    const start = offset + header.headerBytes
    offset = start + header.compressedBytes
    if (offset > bytes.length) throw new MalformedData('a page is longer than its column chunk')
    if (header.kind === 'other') continue
    const body = bytes.subarray(start, offset)
    if (header.crc !== undefined && crc32(body) !== header.crc) throw new MalformedData('the checksum of a page does not match its bytes')
    yield header.kind === 'data-v2' ? pageV2(header, { body, codec, isNullable }) : pageV1(header, { body, codec, isNullable })
  }
}

interface PageBody {
  readonly body: Uint8Array
  readonly codec: CompressionCodec
  readonly isNullable: boolean
}

function pageV1({ kind, values: count, encoding, uncompressedBytes }: PageHeader, { body, codec, isNullable }: PageBody): Page {
  const content = decompress(body, { codec, sizeBytes: uncompressedBytes })
  const end = content.length
  const isOwn = content !== body
  if (kind === 'dictionary' || !isNullable)
    return {
      kind: kind === 'dictionary' ? kind : 'data',
      count,
      encoding,
      definition: undefined,
      values: { bytes: content, start: 0, end },
      isOwn,
    }
  if (end < 4) throw new MalformedData('the levels of a page are cut')
  const levelBytes = new DataView(content.buffer, content.byteOffset, end).getUint32(0, true)
  const start = 4 + levelBytes
  if (start > end) throw new MalformedData('the levels of a page are cut')
  return {
    kind: 'data',
    count,
    encoding,
    definition: { bytes: content, start: 4, end: start },
    values: { bytes: content, start, end },
    isOwn,
  }
}

/** Levels of version 2 stand before the rest and are never compressed. */
function pageV2(header: PageHeader, { body, codec, isNullable }: PageBody): Page {
  const { definitionBytes, repetitionBytes, uncompressedBytes, isCompressed, encoding, values: count } = header
  const levelBytes = definitionBytes + repetitionBytes
  if (levelBytes > body.length || levelBytes > uncompressedBytes) throw new MalformedData('the levels of a page are cut')
  const packed = body.subarray(levelBytes)
  const content = isCompressed ? decompress(packed, { codec, sizeBytes: uncompressedBytes - levelBytes }) : packed
  return {
    kind: 'data',
    count,
    encoding,
    definition: isNullable ? { bytes: body, start: repetitionBytes, end: levelBytes } : undefined,
    values: { bytes: content, start: 0, end: content.length },
    isOwn: content !== packed,
  }
}
