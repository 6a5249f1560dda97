import type { RowGroup } from 'hyparquet'
import type { ByteSource, ReadOptions, SourceFile } from '../bytes/byte-source.ts'
import { countRows, intersectRanges } from '../column-data/row-ranges.ts'
import type { RowRange } from '../column-data/select-rows.ts'
import type { Footer } from '../footer/footer.ts'
import { PageIndexReader } from '../footer/page-index.ts'
import type { FileField } from '../schema/read-schema.ts'
import { bloomCanMatch } from '../where/bloom-filter.ts'
import { allMatch, canMatch, type Predicate } from '../where/predicate.ts'
import { summariseChunk } from '../where/summarise-values.ts'

/** What of a row group is to be read. */
export interface RowGroupPlan {
  readonly group: RowGroup
  readonly groupIndex: number
  readonly groupRows: number
  /** The rows that can match, in order. */
  readonly ranges: readonly RowRange[]
  /** What rows within the ranges still have to be asked. */
  readonly predicates: readonly Predicate[]
  readonly pages: PageIndexReader
}

/** A file whose row groups are looked at. */
export interface PlannedFile {
  readonly source: ByteSource
  readonly file: SourceFile
  readonly footer: Footer
}

/** More values than this in a list are not looked up in Bloom filters: with so many, one is nearly always said to be there. */
const maxBloomValues = 64

/**
 * What statistics say without any request: `undefined` where no row can match, else the predicates that some row may fail.
 */
export function undecidedPredicates(
  group: RowGroup,
  { fields, predicates }: { readonly fields: ReadonlyMap<string, FileField>; readonly predicates: readonly Predicate[] },
): Predicate[] | undefined {
  const undecided: Predicate[] = []
  for (const predicate of predicates) {
    const field = fields.get(predicate.column)
    const data = field && group.columns[field.firstChunk]?.meta_data
    if (!field?.leaf || !data) {
      undecided.push(predicate)
      continue
    }
    const summary = summariseChunk(data, field.leaf)
    if (!canMatch(predicate, summary)) return undefined
    if (!allMatch(predicate, summary)) undecided.push(predicate)
  }
  return undecided
}

/**
 * Decides which rows of a row group can match: by statistics, then Bloom filters, then the statistics of pages.
 *
 * @returns `undefined` where none can
 */
export async function planRowGroup(
  { source, file, footer }: PlannedFile,
  {
    groupIndex,
    fields,
    predicates,
  }: { readonly groupIndex: number; readonly fields: ReadonlyMap<string, FileField>; readonly predicates: readonly Predicate[] },
  options: ReadOptions,
): Promise<RowGroupPlan | undefined> {
  const group = footer.rowGroups[groupIndex]
  if (!group || group.num_rows === 0n) return undefined
  const undecided = undecidedPredicates(group, { fields, predicates })
  if (!undecided) return undefined
  const pages = new PageIndexReader(source, { file, group })
  const places: readonly Place[] = undecided.flatMap((predicate) => {
    const field = fields.get(predicate.column)
    return field?.leaf ? [{ predicate, field }] : []
  })
  if (!(await bloomsCanMatch(places, { source, file, group }, options))) return undefined
  const groupRows = Number(group.num_rows)
  let ranges: readonly RowRange[] = [{ start: 0, end: groupRows }]
  await pages.load(
    places.map(({ field }) => field),
    options,
  )
  for (const { predicate, field } of places) {
    const matching = pages.matchingRows(field, predicate)
    if (matching) ranges = intersectRanges(ranges, matching)
  }
  return countRows(ranges) === 0 ? undefined : { group, groupIndex, groupRows, ranges, predicates: undecided, pages }
}

interface Place {
  readonly predicate: Predicate
  readonly field: FileField
}

async function bloomsCanMatch(
  places: readonly Place[],
  { source, file, group }: { readonly source: ByteSource; readonly file: SourceFile; readonly group: RowGroup },
  options: ReadOptions,
): Promise<boolean> {
  const answers = await Promise.all(
    places.map(async ({ predicate: { among, matchesNull }, field: { leaf, firstChunk } }) => {
      const data = group.columns[firstChunk]?.meta_data
      const offset = Number(data?.bloom_filter_offset ?? 0n)
      const length = data?.bloom_filter_length
      if (!leaf || !among || among.length > maxBloomValues || matchesNull || offset === 0 || !length) return true
      if (offset + length > file.sizeBytes) return true
      return bloomCanMatch(await source.read(file, { offset, length }, options), { values: among, leaf })
    }),
  )
  return answers.every(Boolean)
}
