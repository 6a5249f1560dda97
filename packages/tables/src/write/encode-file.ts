import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib'
import type { CompressionCodec, DecodedArray } from 'hyparquet'
import type { WrittenColumn } from './written-column.ts'

/** How pages can be compressed. */
export type Compression = 'zstd' | 'snappy' | 'gzip' | 'brotli' | 'none'

const codecs: Readonly<Record<Compression, CompressionCodec>> = {
  zstd: 'ZSTD',
  snappy: 'SNAPPY',
  gzip: 'GZIP',
  brotli: 'BROTLI',
  none: 'UNCOMPRESSED',
}

/** The names, as a message lists them. */
export const compressions: readonly string[] = Object.keys(codecs)

const compressors = {
  ZSTD: (input: Uint8Array): Uint8Array => zstdCompressSync(input),
  GZIP: (input: Uint8Array): Uint8Array => gzipSync(input),
  // The highest quality, zlib's default, takes a hundred times as long.
  BROTLI: (input: Uint8Array): Uint8Array => brotliCompressSync(input, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
}

/** One Parquet file with all rows of the columns: statistics, page indexes, dictionaries where they pay. */
export async function encodeFile(
  columns: readonly WrittenColumn[],
  { rowGroupRows, compression }: { readonly rowGroupRows: number; readonly compression: Compression },
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, values }) => ({ name, data: values as DecodedArray, columnIndex: true })),
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.map(({ element }) => element)],
    codec: codecs[compression],
    compressors,
    rowGroupSize: rowGroupRows,
    createdBy: 'Millrace',
  })
  return new Uint8Array(buffer)
}
