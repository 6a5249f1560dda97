import { type ColumnIndex, type RowGroup, readColumnIndex, readOffsetIndex, type SchemaElement } from 'hyparquet'
import type { ByteRange, ByteSource, ReadOptions, SourceFile } from '../bytes/byte-source.ts'
import { coalesceRanges } from '../bytes/coalesce-ranges.ts'
import { joinRanges } from '../column-data/row-ranges.ts'
import type { RowRange } from '../column-data/select-rows.ts'
import type { FileField } from '../schema/read-schema.ts'
import { TablesError } from '../tables-error.ts'
import { canMatch, type Predicate } from '../where/predicate.ts'
import { toBounds } from '../where/summarise-values.ts'
import { rawParsers } from './footer.ts'

/** A page of a column chunk. */
export interface IndexedPage extends ByteRange {
  readonly rows: RowRange
}

/** Indexes of one file lie side by side: what is between them is indexes of other columns. */
const indexGapBytes = 65_536
const maxRequestBytes = 16_777_216

/** Reads where the pages of a row group's flat columns are and what they hold, where the file says it. */
export class PageIndexReader {
  readonly #source: ByteSource
  readonly #file: SourceFile
  readonly #group: RowGroup
  readonly #pages = new Map<string, readonly IndexedPage[]>()
  readonly #values = new Map<string, ColumnIndex>()

  constructor(source: ByteSource, { file, group }: { readonly file: SourceFile; readonly group: RowGroup }) {
    this.#source = source
    this.#file = file
    this.#group = group
  }

  /** Loads the statistics and places of pages of these columns. */
  async load(fields: readonly FileField[], options: ReadOptions): Promise<void> {
    await this.#load(fields, { withValues: true }, options)
  }

  /** Loads the places of pages of these columns, where they are not known yet. */
  async loadPlaces(fields: readonly FileField[], options: ReadOptions): Promise<void> {
    await this.#load(fields, { withValues: false }, options)
  }

  /** The pages of a column in order, where the file tells and they were loaded. */
  pagesOf({ name }: FileField): readonly IndexedPage[] | undefined {
    return this.#pages.get(name)
  }

  /** The rows of the pages that can match; `undefined` where the file tells nothing. */
  matchingRows({ name, leaf }: FileField, predicate: Predicate): RowRange[] | undefined {
    const index = this.#values.get(name)
    const pages = this.#pages.get(name)
    if (!index || !pages || !leaf) return undefined
    const matching = pages.filter(({ rows }, page) => {
      const count = rows.end - rows.start
      const nulls = index.null_pages[page] ? count : index.null_counts === undefined ? undefined : Number(index.null_counts[page])
      const { min, max } = toBounds(index.min_values[page], index.max_values[page], leaf)
      return canMatch(predicate, { rows: count, nulls, min, max })
    })
    return joinRanges(matching.map(({ rows }) => rows))
  }

  async #load(fields: readonly FileField[], { withValues }: { readonly withValues: boolean }, options: ReadOptions): Promise<void> {
    const wanted: (ByteRange & { readonly take: (bytes: Uint8Array) => void })[] = []
    for (const field of fields) {
      const chunk = this.#group.columns[field.firstChunk]
      if (!field.leaf || !chunk || this.#pages.has(field.name)) continue
      const { offset_index_offset: offset, offset_index_length: length } = chunk
      if (!offset || !length) continue
      wanted.push({ offset: Number(offset), length, take: (bytes) => this.#takePages(field, bytes) })
      if (withValues && chunk.column_index_offset && chunk.column_index_length)
        wanted.push({
          offset: Number(chunk.column_index_offset),
          length: chunk.column_index_length,
          take: (bytes) => this.#values.set(field.name, readColumnIndex(readerOf(bytes), elementOf(field), rawParsers)),
        })
    }
    for (const { offset, length } of wanted) {
      if (offset < 4 || offset + length > this.#file.sizeBytes) throw this.#corrupt(new RangeError('it is outside of the file'))
    }
    await Promise.all(
      coalesceRanges(wanted, { gapBytes: indexGapBytes, maxBytes: maxRequestBytes }).map(async ({ offset, length, members }) => {
        const bytes = await this.#source.read(this.#file, { offset, length }, options)
        for (const member of members) {
          const part = wanted[member]
          if (!part) continue
          try {
            part.take(bytes.subarray(part.offset - offset, part.offset - offset + part.length))
          } catch (cause) {
            throw this.#corrupt(cause)
          }
        }
      }),
    )
  }

  #takePages({ name }: FileField, bytes: Uint8Array): void {
    const { page_locations: locations } = readOffsetIndex(readerOf(bytes))
    const rows = Number(this.#group.num_rows)
    const pages = locations.map((location, index) => {
      const start = Number(location.first_row_index)
      const end = Number(locations[index + 1]?.first_row_index ?? rows)
      const page = { offset: Number(location.offset), length: location.compressed_page_size, rows: { start, end } }
      if (end < start || end > rows || (index === 0 && start !== 0))
        throw new RangeError(`a page has the rows ${start} to ${end} of ${rows}`)
      if (page.offset < 4 || page.offset + page.length > this.#file.sizeBytes) throw new RangeError('a page is outside of the file')
      return page
    })
    if (pages.length > 0) this.#pages.set(name, pages)
  }

  #corrupt(cause: unknown): TablesError {
    const { url } = this.#file
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new TablesError('corrupt-file', `Could not read the page index of ${url}: ${reason}. Write the file again.`, {
      subject: url,
      cause,
    })
  }
}

function elementOf({ elements, name }: FileField): SchemaElement {
  return elements[0] ?? { name }
}

function readerOf(bytes: Uint8Array): { readonly view: DataView; offset: number } {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
}
