import type { CompressionCodec, RowGroup, SchemaElement } from 'hyparquet'
import { giveBack } from '../bytes/give-back.ts'
import { type ColumnData, type NumberArray, rowCount } from '../column-data/column-data.ts'
import { countRows, placesOf } from '../column-data/row-ranges.ts'
import { type RowRange, sliceRows, takeRows } from '../column-data/select-rows.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import { loadCodec } from '../pages/decompress.ts'
import type { Leaf } from '../schema/read-schema.ts'
import { matchRows } from '../where/match-rows.ts'
import type { Predicate } from '../where/predicate.ts'
import { decodeChunk } from './decode-chunk.ts'
import type { decodeNested } from './decode-nested.ts'

/** A column of a job. */
export interface JobColumn {
  readonly name: string
  /** Whether its values are wanted, and not only the answer to a predicate. */
  readonly isWanted: boolean
  /** Which rows the bytes hold. */
  readonly rows: readonly RowRange[]
  /** Absent for nested columns. */
  readonly leaf: Leaf | undefined
  readonly codec: CompressionCodec
  /** Fetched: one piece after another. */
  readonly pieces: readonly Uint8Array[]
  /** Where the values go, if all rows are wanted and the column `canDecodeInto`. */
  readonly into: NumberArray | undefined
  /** Of nested columns: what hyparquet has to know. */
  readonly nested: NestedColumn | undefined
}

/** How a nested column lies in the file. */
export interface NestedColumn {
  readonly schema: readonly SchemaElement[]
  readonly group: RowGroup
  /** Where each piece was in the file. */
  readonly offsets: readonly number[]
}

/** All that decoding a part of a row group takes. Plain data: it goes to threads. */
export interface DecodeJob {
  readonly columns: readonly JobColumn[]
  readonly wanted: readonly RowRange[]
  readonly predicates: readonly Predicate[]
  /** At most so many rows are wanted. */
  readonly limit: number
}

/** The rows of a job that match, in order. */
export interface DecodedRows {
  readonly rows: number
  /** The wanted columns, in the order of the job; none where there are no rows. */
  readonly columns: readonly ColumnData[]
}

/** Decodes and filters, and gives the memory of the fetched pieces back. @throws ColumnFailure */
export async function runDecodeJob(job: DecodeJob): Promise<DecodedRows> {
  const decoded = await decodeRows(job)
  const kept = new Set(decoded.columns.map(bufferOf))
  const pieces = new Set(job.columns.flatMap((column) => column.pieces.map(({ buffer }) => buffer)))
  for (const buffer of pieces) if (!kept.has(buffer)) giveBack(new Uint8Array(buffer))
  return decoded
}

/** The memory that values may share with what was fetched. */
function bufferOf(data: ColumnData): ArrayBufferLike | undefined {
  if (data.kind === 'coded') return data.slices.bytes.buffer
  return data.kind === 'numbers' ? data.values.buffer : undefined
}

async function decodeRows({ columns, wanted, predicates, limit }: DecodeJob): Promise<DecodedRows> {
  await Promise.all(columns.map(({ codec }) => loadCodec(codec)))
  const byName = new Map<string, ColumnData>()
  // First what decides: where nothing matches, nothing else is decoded.
  const asked = new Set(predicates.map(({ column }) => column))
  for (const column of columns) if (asked.has(column.name)) byName.set(column.name, await decodeColumn(column, wanted))
  const matching = predicates.length === 0 ? undefined : findMatches(byName, { predicates, rows: countRows(wanted) })
  const rows = Math.min(limit, matching ? matching.length : countRows(wanted))
  if (rows === 0) return { rows, columns: [] }
  const taken: ColumnData[] = []
  for (const column of columns) {
    if (!column.isWanted) continue
    const data = byName.get(column.name) ?? (await decodeColumn(column, wanted))
    if (matching && matching.length < rowCount(data)) taken.push(takeRows(data, matching.subarray(0, rows)))
    else taken.push(rows < rowCount(data) ? sliceRows(data, { start: 0, end: rows }) : data)
  }
  return { rows, columns: taken }
}

/** A column chunk that could not be decoded. The one who knows the file makes it a `TablesError`. */
export class ColumnFailure extends Error {
  override readonly name = 'ColumnFailure'
  readonly column: string

  constructor(column: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.column = column
  }
}

async function decodeColumn(column: JobColumn, wanted: readonly RowRange[]): Promise<ColumnData> {
  const { name, rows, leaf, codec, pieces, into, nested } = column
  try {
    const count = countRows(rows)
    const decoded = nested
      ? await readNested(nested, { name, pieces, rows: count })
      : leaf && decodeChunk({ leaf, codec, bytes: joinPieces(pieces), rows: count, into })
    if (!decoded) throw new MalformedData('it has no leaf')
    return selectRanges(decoded, { present: rows, wanted })
  } catch (error) {
    throw new ColumnFailure(name, error)
  }
}

/** Loads hyparquet's reader where a table has such columns: threads start without it. */
const readNested: typeof decodeNested = async (column, input) => (await import('./decode-nested.ts')).decodeNested(column, input)

function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  return pieces.length === 1 && only ? only : Buffer.concat(pieces)
}

function selectRanges(
  data: ColumnData,
  { present, wanted }: { readonly present: readonly RowRange[]; readonly wanted: readonly RowRange[] },
): ColumnData {
  const places = placesOf(wanted, present)
  const [only] = places
  if (places.length === 1 && only) return only.start === 0 && only.end === rowCount(data) ? data : sliceRows(data, only)
  const rows = new Int32Array(countRows(places))
  let at = 0
  for (const { start, end } of places) for (let row = start; row < end; row += 1) rows[at++] = row
  return takeRows(data, rows)
}

function findMatches(
  columns: ReadonlyMap<string, ColumnData>,
  { predicates, rows }: { readonly predicates: readonly Predicate[]; readonly rows: number },
): Int32Array {
  const matches = new Uint8Array(rows).fill(1)
  for (const predicate of predicates) {
    const data = columns.get(predicate.column)
    if (data) matchRows(data, { predicate, matches })
  }
  let count = 0
  for (let row = 0; row < rows; row += 1) count += matches[row] as number
  const matching = new Int32Array(count)
  for (let row = 0, at = 0; at < count; row += 1) if (matches[row] === 1) matching[at++] = row
  return matching
}
