import { mkdir, realpath, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadOptions } from '../bytes/byte-source.ts'
import { fileChanged } from '../bytes/file-errors.ts'
import { FolderSource } from '../bytes/folder-source.ts'
import { partitionKey } from '../partitions/partition-key.ts'
import { checkFileSchema } from '../scan/check-file-schema.ts'
import { undecidedPredicates } from '../scan/plan-row-group.ts'
import type { ScanPlan } from '../scan/scan.ts'
import type { TableFile } from '../scan/table-file.ts'
import { fetchFile, neededRanges } from './fetch-file.ts'
import type { TemporaryBudget } from './temporary-budget.ts'

/** What DuckDB takes for the name of a partition column: its values say in which partition a file is. */
export const partitionFolder = 'millrace_partition'

/** A file where DuckDB finds it. */
interface PlacedFile {
  readonly path: string
  /** Which of the table's partitions it is in. */
  readonly partition: number
}

/** A table where DuckDB finds it. */
export interface PlacedTable {
  readonly files: readonly PlacedFile[]
  /** The partitions that files are in: values by the names of their columns. */
  readonly partitions: readonly TableFile['partition'][]
  /** Whether any row can match; where none can, the files are there for their schema alone. */
  readonly isEmpty: boolean
  /** Files outside of the folder that DuckDB has to be let read. */
  readonly outside: readonly string[]
  /** Looks at files that were read in place once more. @throws TablesError `file-changed` */
  check(): Promise<void>
}

/**
 * Puts the files of a scan that can match into a folder: files of this machine as links, others are fetched, without the columns that are not read.
 *
 * @throws TablesError as a scan does, and `too-large`
 */
export async function placeTable(
  { rowGroups, fields, anyFile }: ScanPlan,
  { folder, budget }: { readonly folder: string; readonly budget: TemporaryBudget },
  options: ReadOptions,
): Promise<PlacedTable> {
  const { source, footers, files, fields: tableFields, predicates } = rowGroups
  const columns = new Set([...fields.map(({ name }) => name), ...predicates.map(({ column }) => column)])
  const isLocal = source instanceof FolderSource
  const placed: PlacedFile[] = []
  const partitions = new Map<string, { readonly index: number; readonly partition: TableFile['partition'] }>()
  const outside: string[] = []
  const place = async (tableFile: TableFile, { isRead }: { readonly isRead: boolean }): Promise<void> => {
    const { file, partition } = tableFile
    const key = partitionKey(partition)
    const { index } = partitions.get(key) ?? { index: partitions.size }
    if (index === partitions.size) {
      partitions.set(key, { index, partition })
      await mkdir(join(folder, `${partitionFolder}=${index}`), { recursive: true })
    }
    const path = join(folder, `${partitionFolder}=${index}`, `${placed.length}.parquet`)
    if (isLocal) {
      outside.push(await realpath(file.url))
      await symlink(file.url, path)
    } else {
      const footer = await footers.read(file, options)
      const ranges = neededRanges({ footer, file, columns: isRead ? columns : new Set() })
      budget.take(
        ranges.reduce((sum, { length }) => sum + length, 0),
        file.url,
      )
      await fetchFile(source, { file, ranges, path }, options)
    }
    placed.push({ path, partition: index })
  }
  for (const tableFile of files) {
    options.signal?.throwIfAborted()
    const footer = await footers.read(tableFile.file, options)
    checkFileSchema(footer, { url: tableFile.file.url, fields: tableFields })
    const byName = new Map(footer.fields.map((field) => [field.name, field]))
    const canMatch = footer.rowGroups.some((group) => group.num_rows > 0n && undecidedPredicates(group, { fields: byName, predicates }))
    if (canMatch) await place(tableFile, { isRead: true })
  }
  const isEmpty = placed.length === 0
  if (isEmpty) await place(anyFile, { isRead: false })
  return {
    files: placed,
    partitions: [...partitions.values()].map(({ partition }) => partition),
    isEmpty,
    outside,
    check: async () => (isLocal ? await checkFiles(source, files, options) : undefined),
  }
}

/** What the source finds when it reads is not asked where DuckDB reads. */
async function checkFiles(source: FolderSource, files: readonly TableFile[], options: ReadOptions): Promise<void> {
  for (const { file } of files) {
    options.signal?.throwIfAborted()
    const now = await source.stat(file.url)
    if (!now || now.sizeBytes !== file.sizeBytes || (file.identity !== undefined && now.identity !== file.identity))
      throw fileChanged(file.url)
  }
}
