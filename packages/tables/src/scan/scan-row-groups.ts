import type { ByteSource } from '../bytes/byte-source.ts'
import type { NumberArray } from '../column-data/column-data.ts'
import { mapAhead } from '../concurrency/map-ahead.ts'
import { ColumnFailure, type DecodedRows } from '../decode/decode-job.ts'
import type { Footer } from '../footer/footer.ts'
import type { FooterReader } from '../footer/footer-reader.ts'
import type { Field } from '../schema/field.ts'
import type { FileField } from '../schema/read-schema.ts'
import { TablesError } from '../tables-error.ts'
import { ThreadFailure } from '../threads/decode-pool.ts'
import { Decoder } from '../threads/decoder.ts'
import type { Predicate } from '../where/predicate.ts'
import { checkFileSchema } from './check-file-schema.ts'
import { fetchJob } from './fetch-job.ts'
import { placeNumbers, sliceTargets } from './number-targets.ts'
import { planRowGroup, type RowGroupPlan, undecidedPredicates } from './plan-row-group.ts'
import type { TableFile } from './table-file.ts'

/** What a scan of row groups takes. */
export interface RowGroupScan {
  readonly source: ByteSource
  readonly footers: FooterReader
  /** Those whose partitions match, in the order of the rows. */
  readonly files: readonly TableFile[]
  /** All columns of the table. */
  readonly fields: readonly Field[]
  /** The names of the columns to read that files have, in the order of the result. */
  readonly columns: readonly string[]
  /** On columns that files have. */
  readonly predicates: readonly Predicate[]
  readonly limit: number
  readonly signal: AbortSignal | undefined
  /** Threads that may decode; 1 for none but this one. */
  readonly threads: number
  /** Decoded bytes of a scan from which they are used. Default 48 MiB. */
  readonly leastThreadBytes?: number | undefined
  /** Where the numbers of all rows go, by column, in a scan without conditions and limit. Where they are decoded right there they are not copied. */
  readonly targets?: ReadonlyMap<string, NumberArray> | undefined
}

/** The rows of one row group that match. */
export interface ScannedRows extends DecodedRows {
  readonly file: TableFile
}

/** Row groups under way at once, beyond one for each thread. */
const itemsAhead = 2
/** Footers that are fetched before they are needed. */
const footersAhead = 8
/** Decoded bytes of all row groups under way. */
const maxBytesAhead = 512 * 1024 * 1024

/** Reads row groups, several at once, and yields what matches in the order of files and rows. Row groups in which nothing matches are left out. */
export async function* scanRowGroups(scan: RowGroupScan): AsyncGenerator<ScannedRows> {
  let left = scan.limit
  await using decoder = new Decoder({ threads: scan.threads, leastBytes: scan.leastThreadBytes })
  const work = async (item: Item, stop: AbortSignal): Promise<ScannedRows | undefined> => {
    const signal = scan.signal ? AbortSignal.any([scan.signal, stop]) : stop
    decoder.expect(item.sizeBytes)
    return await readRowGroup(scan, item, { decoder, signal })
  }
  const ahead = { maxItems: scan.threads + itemsAhead, maxCost: maxBytesAhead, costOf: (item: Item) => item.sizeBytes }
  if (left <= 0) return
  for await (const scanned of mapAhead(listRowGroups(scan), work, ahead)) {
    if (!scanned || scanned.rows === 0) continue
    yield { ...scanned, rows: Math.min(left, scanned.rows) }
    left -= scanned.rows
    if (left <= 0) return
  }
}

interface Item {
  readonly file: TableFile
  readonly footer: Footer
  readonly groupIndex: number
  readonly fields: ReadonlyMap<string, FileField>
  readonly limit: number
  /** How many rows the row groups before it have, as far as all of them match. */
  readonly startRow: number
  /** Decoded, of the columns that are read. */
  readonly sizeBytes: number
}

/** The row groups that statistics leave, in order, and no more than the limit is known to need. */
async function* listRowGroups(scan: RowGroupScan): AsyncGenerator<Item> {
  const { files, footers, fields: tableFields, predicates, columns, signal } = scan
  let known = 0
  for (const [index, tableFile] of files.entries()) {
    signal?.throwIfAborted()
    for (const { file } of files.slice(index, index + footersAhead)) footers.read(file, { signal }).catch(() => {})
    const footer = await footers.read(tableFile.file, { signal })
    checkFileSchema(footer, { url: tableFile.file.url, fields: tableFields })
    const fields = new Map(footer.fields.map((field) => [field.name, field]))
    const read = footer.fields.filter(({ name }) => columns.includes(name) || predicates.some(({ column }) => column === name))
    for (const [groupIndex, group] of footer.rowGroups.entries()) {
      const undecided = undecidedPredicates(group, { fields, predicates })
      const rows = Number(group.num_rows)
      if (!undecided || rows === 0) continue
      const chunks = read.flatMap((field) => group.columns.slice(field.firstChunk, field.firstChunk + field.chunks))
      const sizeBytes = chunks.reduce((sum, { meta_data: data }) => sum + Number(data?.total_uncompressed_size ?? 0n), 0)
      yield { file: tableFile, footer, groupIndex, fields, limit: scan.limit - known, startRow: known, sizeBytes }
      if (undecided.length === 0) known += rows
      if (known >= scan.limit) return
    }
  }
}

async function readRowGroup(
  scan: RowGroupScan,
  item: Item,
  { decoder, signal }: { readonly decoder: Decoder; readonly signal: AbortSignal },
): Promise<ScannedRows | undefined> {
  const { source, predicates, columns } = scan
  const { file: tableFile, footer, groupIndex, fields, limit, startRow } = item
  const { file } = tableFile
  const plan: RowGroupPlan | undefined = await planRowGroup({ source, file, footer }, { groupIndex, fields, predicates }, { signal })
  if (!plan) return undefined
  const into = scan.targets && sliceTargets(scan.targets, { start: startRow, end: startRow + plan.groupRows })
  const job = await fetchJob({ source, file, footer, plan, fields }, { columns, limit, into }, { signal })
  try {
    const decoded = await decoder.decode(job, { signal })
    if (!into) return { ...decoded, file: tableFile }
    const placed = decoded.columns.map((data, index) => {
      const place = into.get(columns[index] ?? '')
      return place ? placeNumbers(data, { place, recycle: (values) => decoder.recycle(values) }) : data
    })
    return { rows: decoded.rows, columns: placed, file: tableFile }
  } catch (error) {
    if (error instanceof ColumnFailure) throw corruptColumn(error, { url: file.url, groupIndex })
    if (error instanceof ThreadFailure) throw lostThread(error, { url: file.url, groupIndex })
    throw error
  }
}

function corruptColumn(
  { column, message, cause }: ColumnFailure,
  { url, groupIndex }: { readonly url: string; readonly groupIndex: number },
): TablesError {
  const text = `Could not read the column ${column} of ${url}, row group ${groupIndex}: ${message}. The file is damaged: write it again.`
  return new TablesError('corrupt-file', text, { subject: url, column, cause })
}

function lostThread(cause: ThreadFailure, { url, groupIndex }: { readonly url: string; readonly groupIndex: number }): TablesError {
  const next = 'Read fewer columns or smaller row groups at once, or open the table with threads: 1.'
  const text = `Could not decode row group ${groupIndex} of ${url}: its thread ended, ${cause.message}. ${next}`
  return new TablesError('unreadable', text, { subject: url, retryable: true, cause })
}
