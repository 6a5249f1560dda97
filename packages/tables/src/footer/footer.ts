import { type FileMetaData, type ParquetParsers, parquetMetadata, type RowGroup } from 'hyparquet'
import { type FileField, readSchema } from '../schema/read-schema.ts'
import { TablesError } from '../tables-error.ts'

/** What the end of a Parquet file says of it. */
export interface Footer {
  readonly fields: readonly FileField[]
  readonly rows: number
  readonly rowGroups: readonly RowGroup[]
  readonly metadata: FileMetaData
}

const asIs = <Value>(value: Value): Value => value

/** Statistics stay what they are in the file: days, ticks, bytes. */
export const rawParsers: Readonly<ParquetParsers> = {
  timestampFromMilliseconds: asIs,
  timestampFromMicroseconds: asIs,
  timestampFromNanoseconds: asIs,
  dateFromDays: asIs,
  stringFromBytes: asIs,
  jsonFromBytes: asIs,
  geometryFromBytes: asIs,
  geographyFromBytes: asIs,
  uuidFromBytes: asIs,
}

/**
 * Parses the footer.
 *
 * @param tail the end of the file, at least the whole footer
 * @throws TablesError `corrupt-file`, also where it names bytes outside of the file; `unsupported` for encrypted files
 */
export function parseFooter(tail: Uint8Array, { url, sizeBytes }: { readonly url: string; readonly sizeBytes: number }): Footer {
  try {
    const metadata = parquetMetadata(tail, { parsers: rawParsers, geoparquet: false })
    const fields = readSchema(metadata)
    const chunks = fields.reduce((sum, field) => sum + field.chunks, 0)
    const rows = Number(metadata.num_rows)
    let sum = 0
    for (const group of metadata.row_groups) {
      checkRowGroup(group, { url, dataEnd: sizeBytes - metadata.metadata_length - 8, chunks, fields })
      sum += Number(group.num_rows)
    }
    if (sum !== rows) throw new RangeError(`its row groups have ${sum} rows and not ${rows}`)
    return { fields, rows, rowGroups: metadata.row_groups, metadata }
  } catch (cause) {
    if (cause instanceof TablesError) throw cause
    throw corruptFooter(url, cause)
  }
}

/** The error for a file whose end makes no sense. */
export function corruptFooter(url: string, cause: unknown): TablesError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const next = 'It is damaged, cut or not Parquet. Write it again, or leave it out: names that begin with _ or . are not read.'
  return new TablesError('corrupt-file', `Could not read the footer of ${url}: ${reason}. ${next}`, { subject: url, cause })
}

interface Bounds {
  readonly url: string
  readonly dataEnd: number
  readonly chunks: number
  readonly fields: readonly FileField[]
}

function checkRowGroup({ columns, num_rows: rows }: RowGroup, { url, dataEnd, chunks, fields }: Bounds): void {
  if (columns.length !== chunks) throw new RangeError(`a row group has ${columns.length} columns and not ${chunks}`)
  for (const { file_path: path, meta_data: data, encrypted_column_metadata: encrypted, crypto_metadata: crypto } of columns) {
    if (encrypted || crypto) throw unsupported(url, 'it is encrypted')
    if (path) throw unsupported(url, 'its columns are in other files')
    if (!data) throw new RangeError('a column has no metadata')
    const start = chunkStart(data)
    if (start < 4 || start + Number(data.total_compressed_size) > dataEnd)
      throw new RangeError(`the column ${data.path_in_schema.join('.')} is outside of the file`)
  }
  for (const { leaf, firstChunk, name } of fields) {
    const values = columns[firstChunk]?.meta_data?.num_values
    if (leaf && values !== rows) throw new RangeError(`the column ${name} has ${values} values for ${rows} rows`)
  }
}

function unsupported(url: string, why: string): TablesError {
  return new TablesError(
    'unsupported',
    `Could not read ${url}: ${why}, which Millrace does not read. Write it as one plain Parquet file.`,
    {
      subject: url,
    },
  )
}

/** Where the first page of a column chunk is: its dictionary, if it has one. Some writers give 0 for none. */
export function chunkStart(data: { readonly dictionary_page_offset?: bigint; readonly data_page_offset: bigint }): number {
  const dictionary = Number(data.dictionary_page_offset ?? 0n)
  const first = Number(data.data_page_offset)
  return dictionary > 0 && dictionary < first ? dictionary : first
}
