import { randomUUID } from 'node:crypto'
import type { S3 } from '@millrace/s3-fast'
import type { ByteStore, ReadOptions } from '../bytes/byte-source.ts'
import { forEachAtOnce } from '../concurrency/for-each-at-once.ts'
import { insteadOf } from '../nearest-name.ts'
import { type Manifest, type ManifestFile, manifestName, readManifest } from '../open/manifest.ts'
import { openSource } from '../open/open-source.ts'
import { TablesError } from '../tables-error.ts'
import { type Compression, compressions, encodeFile } from './encode-file.ts'
import { type PartitionRows, splitPartitions } from './split-partitions.ts'
import { type ColumnInput, toWrittenColumn, type WritableTypeName } from './written-column.ts'

/** How a table is written. */
export interface WriteOptions {
  /** Columns that become folders, from the outermost. Default: none. */
  readonly partitionBy?: readonly string[]
  /** What columns are, where their values do not say it: `date`, `int32`, ... */
  readonly schema?: Readonly<Record<string, WritableTypeName>>
  /** Default 122,880. */
  readonly rowGroupRows?: number
  /** Default `zstd`. */
  readonly compression?: Compression
  /** `create`: an error where there is a table already. `overwrite`: the new table takes the place of the old one in one moment. Default `create`. */
  readonly mode?: 'create' | 'overwrite'
  /** As in `openTable`. */
  readonly s3?: S3
  readonly signal?: AbortSignal
}

/** What was written. */
export interface WrittenTable {
  readonly location: string
  readonly rows: number
  readonly files: readonly ManifestFile[]
}

/**
 * Writes a table: a Parquet file for each partition, then the manifest `_millrace-table.json`, which names them. The table is there in the moment in
 * which its manifest is: `openTable` sees all of it, or what was there before, or nothing. Of several that create the same table at once one wins.
 * Programs that know no manifests see the files as they come.
 *
 * @param columns all of one length: typed arrays, arrays of values with `null`, or columns of a scan
 * @throws TypeError, RangeError for what cannot be written, before anything is; TablesError `already-exists`, `unwritable`, and then nothing is left behind
 */
export async function writeTable(
  location: string | URL,
  columns: Readonly<Record<string, ColumnInput>>,
  { partitionBy = [], schema = {}, rowGroupRows = 122_880, compression = 'zstd', mode = 'create', s3, signal }: WriteOptions = {},
): Promise<WrittenTable> {
  if (!Number.isSafeInteger(rowGroupRows) || rowGroupRows < 1) throw new RangeError(`Row groups cannot have ${rowGroupRows} rows.`)
  if (!compressions.includes(compression))
    throw new RangeError(`There is no compression ${compression}. ${insteadOf(compression, compressions)}`)
  const partitions = splitColumns(columns, { partitionBy, schema })
  const opened = await openSource([location], s3)
  const [url = ''] = opened.urls
  try {
    const write: Writing = { store: opened.source, location: url, mode, options: { signal } }
    const files = await writeFiles(write, { partitions, rowGroupRows, compression })
    return { location: url, rows: files.reduce((sum, { rows }) => sum + rows, 0), files }
  } finally {
    await opened.close()
  }
}

interface Writing {
  readonly store: ByteStore
  readonly location: string
  readonly mode: 'create' | 'overwrite'
  readonly options: ReadOptions
}

/** @throws TypeError, RangeError for columns that make no table */
function splitColumns(
  columns: Readonly<Record<string, ColumnInput>>,
  { partitionBy, schema }: { readonly partitionBy: readonly string[]; readonly schema: Readonly<Record<string, WritableTypeName>> },
): PartitionRows[] {
  const names = Object.keys(columns)
  for (const name of [...partitionBy, ...Object.keys(schema)]) {
    if (!names.includes(name)) throw new RangeError(`The table to write has no column ${name}. ${insteadOf(name, names)}`)
  }
  if (names.length <= new Set(partitionBy).size) throw new RangeError('A table needs a column that it is not partitioned by.')
  const written = Object.entries(columns).map(([name, input]) => toWrittenColumn(name, input, schema[name]))
  const rows = written[0]?.values.length ?? 0
  for (const { name, values } of written) {
    if (values.length !== rows) throw new RangeError(`The column ${name} has ${values.length} values, and ${names[0]} has ${rows}.`)
  }
  return splitPartitions(written, partitionBy)
}

/** Files that are encoded and on their way at once. */
const filesAtOnce = 4

async function writeFiles(
  { store, location, mode, options }: Writing,
  {
    partitions,
    rowGroupRows,
    compression,
  }: { readonly partitions: readonly PartitionRows[]; readonly rowGroupRows: number; readonly compression: Compression },
): Promise<readonly ManifestFile[]> {
  const old = await oldFiles(store, location, options)
  if (mode === 'create' && old) throw alreadyExists(location)
  const id = randomUUID()
  const files: ManifestFile[] = []
  const writeFile = async ([index, { path, columns, rows }]: [number, PartitionRows]): Promise<void> => {
    const name = `${path === '' ? '' : `${path}/`}part-${id}-${index}.parquet`
    const bytes = await encodeFile(columns, { rowGroupRows, compression })
    files[index] = { path: name, sizeBytes: bytes.length, rows }
    await store.write(`${location}/${name}`, bytes, { ...options, isNew: false })
  }
  try {
    await forEachAtOnce(partitions.entries(), writeFile, { atOnce: filesAtOnce })
    const manifest: Manifest = { format: 1, files }
    const isWritten = await store.write(`${location}/${manifestName}`, Buffer.from(JSON.stringify(manifest)), {
      ...options,
      isNew: mode === 'create',
    })
    if (!isWritten) throw alreadyExists(location)
  } catch (error) {
    // What is left behind is seen by no reader of manifests; the first failure is the one to tell.
    const urls = files.flatMap((file) => (file ? [`${location}/${file.path}`] : []))
    await store.remove(urls, {}).catch(() => {})
    throw error
  }
  if (old) await store.remove(old, options)
  return files
}

/** The files of the table that is there; `undefined` where there is none. */
async function oldFiles(store: ByteStore, location: string, options: ReadOptions): Promise<readonly string[] | undefined> {
  const manifest = await readManifest(store, location, options)
  if (manifest) return manifest.files.map(({ path }) => `${location}/${path}`)
  const files = await store.list(location, options)
  return files.length === 0 ? undefined : files.map(({ url }) => url)
}

function alreadyExists(location: string): TablesError {
  const next = "Write somewhere else, or with mode: 'overwrite'."
  return new TablesError('already-exists', `Could not write the table ${location}: there is one already. ${next}`, { subject: location })
}
