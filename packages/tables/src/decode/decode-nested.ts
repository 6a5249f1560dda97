import { parquetReadObjects } from 'hyparquet'
import type { ObjectData } from '../column-data/column-data.ts'
import type { RowRange } from '../column-data/select-rows.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import { hyparquetCompressors } from '../pages/decompress.ts'
import type { NestedColumn } from './decode-job.ts'

interface NestedInput {
  readonly name: string
  readonly pieces: readonly Uint8Array[]
  readonly rows: number
}

/** Reads lists, structs and maps with hyparquet: one object, array or `null` a row. @throws Error as hyparquet does. */
export async function decodeNested({ schema, group, offsets }: NestedColumn, { name, pieces, rows }: NestedInput): Promise<ObjectData> {
  const file = {
    byteLength: Number.MAX_SAFE_INTEGER,
    slice: (start: number, end = start): ArrayBuffer => slicePieces({ pieces, offsets }, { start, end }),
  }
  const metadata = { version: 2, schema: [...schema], num_rows: group.num_rows, row_groups: [group], metadata_length: 0 }
  const objects = await parquetReadObjects({ file, metadata, columns: [name], compressors: { ...hyparquetCompressors }, geoparquet: false })
  if (objects.length !== rows) throw new MalformedData(`there are ${objects.length} values for ${rows} rows`)
  return { kind: 'objects', values: objects.map((object) => object[name] ?? null) }
}

/** What hyparquet asks for by where it was in the file: chunks, or several with what is between them, which it does not look at. */
function slicePieces(
  { pieces, offsets }: { readonly pieces: readonly Uint8Array[]; readonly offsets: readonly number[] },
  { start, end }: RowRange,
): ArrayBuffer {
  const last = Math.max(...pieces.map((piece, index) => (offsets[index] ?? 0) + piece.length))
  if (start < Math.min(...offsets) || end > last) throw new MalformedData('a column chunk is longer than its metadata says')
  const slice = new Uint8Array(end - start)
  for (const [index, piece] of pieces.entries()) {
    const offset = offsets[index] ?? 0
    const from = Math.max(start, offset)
    const to = Math.min(end, offset + piece.length)
    if (from < to) slice.set(piece.subarray(from - offset, to - offset), from - start)
  }
  return slice.buffer
}
