import { forEachAtOnce } from '../concurrency/for-each-at-once.ts'
import type { RowGroupScan } from './scan-row-groups.ts'

/** Footers that are fetched at once. */
const footersAtOnce = 8

/**
 * How many rows a scan without conditions and limit gives, from the footers of its files, each of which the scan reads anyway; `undefined` for other
 * scans. @throws as the scan does
 */
export async function countAllRows({
  files,
  footers,
  predicates,
  limit,
  signal,
}: Pick<RowGroupScan, 'files' | 'footers' | 'predicates' | 'limit' | 'signal'>): Promise<number | undefined> {
  if (predicates.length > 0 || limit !== Number.POSITIVE_INFINITY) return undefined
  let rows = 0
  await forEachAtOnce(
    files,
    async ({ file }) => {
      signal?.throwIfAborted()
      const footer = await footers.read(file, { signal })
      rows += footer.rows
    },
    { atOnce: footersAtOnce },
  )
  return rows
}
