import type { ByteRange, ByteSource, ReadOptions, SourceFile } from '../bytes/byte-source.ts'
import { coalesceRanges } from '../bytes/coalesce-ranges.ts'
import type { NumberArray } from '../column-data/column-data.ts'
import { countRows } from '../column-data/row-ranges.ts'
import type { RowRange } from '../column-data/select-rows.ts'
import { canDecodeInto } from '../decode/decode-chunk.ts'
import type { DecodeJob, JobColumn, NestedColumn } from '../decode/decode-job.ts'
import type { Footer } from '../footer/footer.ts'
import { isKnownCodec, knownCodecs } from '../pages/decompress.ts'
import type { FileField } from '../schema/read-schema.ts'
import { TablesError } from '../tables-error.ts'
import { type ColumnPlan, planColumn } from './plan-columns.ts'
import type { RowGroupPlan } from './plan-row-group.ts'

/** Bytes that are fetched and thrown away rather than asking twice. Columns that nobody asked for are larger than this, or cost nothing. */
const gapBytes = 4_096
/** One request for more is no faster than two for half. */
const maxRequestBytes = 8 * 1024 * 1024

interface Fetch {
  readonly source: ByteSource
  readonly file: SourceFile
  readonly footer: Footer
  readonly plan: RowGroupPlan
  readonly fields: ReadonlyMap<string, FileField>
}

/** Fetches what a part of a row group takes: the pages of its columns that the wanted rows are in. @throws TablesError `unsupported` for a codec. */
export async function fetchJob(
  { source, file, footer, plan, fields }: Fetch,
  {
    columns,
    limit,
    into,
  }: { readonly columns: readonly string[]; readonly limit: number; readonly into: ReadonlyMap<string, NumberArray> | undefined },
  options: ReadOptions,
): Promise<DecodeJob> {
  const { predicates, pages, group } = plan
  const wanted = predicates.length === 0 ? firstRows(plan.ranges, limit) : plan.ranges
  const names = [...new Set([...columns, ...predicates.map(({ column }) => column)])]
  const read = names.flatMap((name) => fields.get(name) ?? [])
  if (countRows(wanted) < plan.groupRows) await pages.loadPlaces(read, options)
  const plans = read.map((field) => planColumn(field, { group, wanted, pages: pages.pagesOf(field) }))
  for (const { field } of plans) checkCodecs(field, { plan, url: file.url })
  const pieces = await fetchRanges(
    { source, file },
    plans.flatMap(({ ranges }) => ranges),
    options,
  )
  let at = 0
  const jobColumns = plans.map((columnPlan): JobColumn => {
    const own = pieces.slice(at, at + columnPlan.ranges.length)
    at += columnPlan.ranges.length
    const { field, codec, rows } = columnPlan
    const nested = field.leaf ? undefined : nestedColumn(columnPlan, { plan, footer })
    const { name, leaf } = field
    return {
      name,
      isWanted: columns.includes(name),
      rows,
      leaf,
      codec,
      pieces: own,
      into: leaf && canDecodeInto(leaf) ? into?.get(name) : undefined,
      nested,
    }
  })
  return { columns: jobColumns, wanted, predicates, limit }
}

function firstRows(ranges: readonly RowRange[], limit: number): RowRange[] {
  const first: RowRange[] = []
  let left = limit
  for (const { start, end } of ranges) {
    if (left <= 0) break
    first.push({ start, end: Math.min(end, start + left) })
    left -= end - start
  }
  return first
}

function checkCodecs({ firstChunk, chunks, name }: FileField, { plan, url }: { readonly plan: RowGroupPlan; readonly url: string }): void {
  for (const { meta_data: data } of plan.group.columns.slice(firstChunk, firstChunk + chunks)) {
    if (!data || (data.codec !== undefined && isKnownCodec(data.codec))) continue
    const message = `Could not read the column ${name} of ${url}: it is compressed with ${data.codec ?? 'a codec that Parquet does not name'}. Readable are ${knownCodecs.join(', ')}.`
    throw new TablesError('unsupported', message, { subject: url, column: name })
  }
}

async function fetchRanges(
  { source, file }: { readonly source: ByteSource; readonly file: SourceFile },
  ranges: readonly ByteRange[],
  options: ReadOptions,
): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  await Promise.all(
    coalesceRanges(ranges, { gapBytes, maxBytes: maxRequestBytes }).map(async ({ offset, length, members }) => {
      const bytes = await source.read(file, { offset, length }, options)
      for (const member of members) {
        const range = ranges[member]
        if (range) pieces[member] = bytes.subarray(range.offset - offset, range.offset - offset + range.length)
      }
    }),
  )
  return pieces
}

function nestedColumn(
  { field, ranges }: ColumnPlan,
  { plan, footer }: { readonly plan: RowGroupPlan; readonly footer: Footer },
): NestedColumn {
  const [root] = footer.metadata.schema
  const columns = plan.group.columns.slice(field.firstChunk, field.firstChunk + field.chunks)
  return {
    schema: [{ name: root?.name ?? 'schema', num_children: 1 }, ...field.elements],
    group: { ...plan.group, columns },
    offsets: ranges.map(({ offset }) => offset),
  }
}
