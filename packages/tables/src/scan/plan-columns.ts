import type { ColumnMetaData, CompressionCodec, RowGroup } from 'hyparquet'
import type { ByteRange } from '../bytes/byte-source.ts'
import { countRows } from '../column-data/row-ranges.ts'
import type { RowRange } from '../column-data/select-rows.ts'
import { chunkStart } from '../footer/footer.ts'
import type { IndexedPage } from '../footer/page-index.ts'
import type { FileField } from '../schema/read-schema.ts'

/** What to fetch of one column of a row group, and which rows that holds. */
export interface ColumnPlan {
  readonly field: FileField
  readonly codec: CompressionCodec
  /** The dictionary first, then the pages; of a nested column the whole chunks, one a leaf. */
  readonly ranges: readonly ByteRange[]
  readonly rows: readonly RowRange[]
}

/**
 * The bytes of a column that the wanted rows need: its dictionary and the pages with any of them where the places of pages are known, else all.
 */
export function planColumn(
  field: FileField,
  {
    group,
    wanted,
    pages,
  }: { readonly group: RowGroup; readonly wanted: readonly RowRange[]; readonly pages: readonly IndexedPage[] | undefined },
): ColumnPlan {
  const chunks = group.columns
    .slice(field.firstChunk, field.firstChunk + field.chunks)
    .flatMap(({ meta_data: data }) => (data ? [data] : []))
  const groupRows = Number(group.num_rows)
  const codec = chunks[0]?.codec ?? 'UNCOMPRESSED'
  const [first] = chunks
  if (!field.leaf || !pages || !first || countRows(wanted) === groupRows)
    return { field, codec, ranges: chunks.map(wholeChunk), rows: [{ start: 0, end: groupRows }] }
  const needed = pages.filter(({ rows }) => wanted.some(({ start, end }) => start < rows.end && rows.start < end))
  const start = chunkStart(first)
  const firstPage = pages[0]?.offset ?? start
  const dictionary = firstPage > start ? [{ offset: start, length: firstPage - start }] : []
  return { field, codec, ranges: [...dictionary, ...needed], rows: needed.map(({ rows }) => rows) }
}

function wholeChunk(data: ColumnMetaData): ByteRange {
  return { offset: chunkStart(data), length: Number(data.total_compressed_size) }
}
