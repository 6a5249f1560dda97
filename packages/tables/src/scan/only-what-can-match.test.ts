import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { CountingSource } from '../bytes/counting-source.fixture.ts'
import { FolderSource } from '../bytes/folder-source.ts'
import { runSql, temporaryFolder } from '../duckdb.fixture.ts'
import { FooterReader } from '../footer/footer-reader.ts'
import { openTableFrom } from '../open/open-table-from.ts'

const none = { signal: undefined }

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

async function openCounted(folder: string) {
  const source = new CountingSource(new FolderSource())
  const table = await openTableFrom(source, folder, {})
  return { source, table }
}

/** Writes one file with hyparquet-writer, which writes page indexes and Bloom filters. */
function writeFile(
  path: string,
  columnData: ColumnSource[],
  options: { readonly rowGroupSize?: number; readonly pageSize?: number } = {},
): void {
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, ...options })))
}

test('a query for one of 100 partitions reads less than 2 % of the bytes, and opens one file', async () => {
  const folder = temporaryFolder()
  await runSql(
    `copy (select random() as a, random() as b, i % 100 as p from range(600000) r(i)) to '${folder}' (format parquet, compression zstd, partition_by (p))`,
  )
  const { source, table } = await openCounted(folder)
  const { rowCount } = await table.scan({ where: { p: 42 } }).toColumns()
  expect(rowCount).toBe(6000)
  expect(source.bytes).toBeLessThan(0.02 * folderBytes(folder))
  const [, ...scanReads] = source.reads
  expect(new Set(scanReads.map(({ url }) => url)).size).toBe(1)
})

test('a scan of one column reads exactly the bytes of its column chunks, one request each', async () => {
  const folder = temporaryFolder()
  await runSql(
    `copy (select i as id, random() as a, 'text ' || i as s, random() as b from range(10000) r(i)) to '${folder}/one.parquet' (format parquet, row_group_size 4096)`,
  )
  const { source, table } = await openCounted(folder)
  const [{ file } = { file: undefined }] = (await new FolderSource().list(folder, none)).map((each) => ({ file: each }))
  if (!file) throw new Error('There is no file.')
  const { rowGroups } = await new FooterReader(new FolderSource()).read(file, none)
  const chunks = rowGroups.map(({ columns }) => columns[1]?.meta_data)
  source.reads.length = 0
  await table.scan({ columns: ['a'] }).toColumns()
  expect(source.reads.map(({ offset, length }) => [offset, length])).toEqual(
    chunks.map((data) => [Number(data?.dictionary_page_offset || data?.data_page_offset), Number(data?.total_compressed_size)]),
  )
})

test('all columns of a row group come with one request, and count comes from the footer alone', async () => {
  const folder = temporaryFolder()
  await runSql(
    `copy (select i as id, i / 3 as a, 's' || (i % 9) as s from range(10000) r(i)) to '${folder}/one.parquet' (format parquet, row_group_size 4096)`,
  )
  const { source, table } = await openCounted(folder)
  expect(source.reads).toHaveLength(1)
  expect(await table.count()).toBe(10_000)
  expect(await table.count({ where: { id: { gte: 0 } } })).toBe(10_000)
  expect(await table.count({ where: { id: { lt: 0 } } })).toBe(0)
  expect(source.reads).toHaveLength(1)
  await table.scan().toColumns()
  expect(source.reads).toHaveLength(4)
})

test('row groups that statistics exclude are not fetched', async () => {
  const folder = temporaryFolder()
  await runSql(
    `copy (select i as id, random() as a from range(20480) r(i)) to '${folder}/one.parquet' (format parquet, row_group_size 2048)`,
  )
  const { source, table } = await openCounted(folder)
  source.reads.length = 0
  const { columns, rowCount } = await table.scan({ where: { id: { gte: 5000, lt: 5003 } }, columns: ['id'] }).toColumns()
  expect(columns.id?.toArray()).toEqual([5000n, 5001n, 5002n])
  expect(rowCount).toBe(3)
  expect(source.reads).toHaveLength(1)
})

test('a Bloom filter spares the row groups that do not have the value', async () => {
  const folder = temporaryFolder()
  // Every row group spans the whole range of values, so statistics say nothing.
  const rows = Array.from({ length: 40_000 }, (_, i) => `key ${(i * 7919) % 40_000}`)
  writeFile(join(folder, 'one.parquet'), [{ name: 'key', data: rows, type: 'STRING', bloomFilter: true }], { rowGroupSize: 10_000 })
  const { source, table } = await openCounted(folder)
  source.reads.length = 0
  const { rowCount } = await table.scan({ where: { key: 'key 12345' } }).toColumns()
  expect(rowCount).toBe(1)
  const filters = source.reads.filter(({ length }) => length < 40_000)
  expect(filters.length).toBeGreaterThanOrEqual(4)
  source.reads.length = 0
  expect(await table.count({ where: { key: 'key 12345x' } })).toBe(0)
  const rest = source.reads.filter(({ length }) => length > 40_000)
  expect(rest.length).toBeLessThanOrEqual(1)
})

test('pages that their index excludes are not fetched, in no column', async () => {
  const folder = temporaryFolder()
  const count = 100_000
  const path = join(folder, 'one.parquet')
  const random = Float64Array.from({ length: count }, Math.random)
  writeFile(
    path,
    [
      {
        name: 'id',
        data: Int32Array.from({ length: count }, (_, i) => i),
        type: 'INT32',
        nullable: false,
        columnIndex: true,
        encoding: 'PLAIN',
      },
      { name: 'x', data: random, type: 'DOUBLE', nullable: false, columnIndex: true, encoding: 'PLAIN' },
      { name: 's', data: Array.from({ length: count }, (_, i) => `s${i % 50}`), type: 'STRING', columnIndex: true },
    ],
    { rowGroupSize: count, pageSize: 8_192 },
  )
  const { source, table } = await openCounted(folder)
  source.reads.length = 0
  const { columns } = await table.scan({ where: { id: { gte: 50_000, lt: 50_010 } } }).toColumns()
  expect(columns.id?.toArray()).toEqual(Array.from({ length: 10 }, (_, i) => 50_000 + i))
  expect(columns.x?.toArray()).toEqual([...random.subarray(50_000, 50_010)])
  expect(columns.s?.toArray()).toEqual(Array.from({ length: 10 }, (_, i) => `s${i % 50}`))
  expect(source.bytes).toBeLessThan(0.06 * statSync(path).size)
})

test('a limit without conditions ends the reading, and is kept across files', async () => {
  const folder = temporaryFolder()
  for (const file of [0, 1, 2, 3])
    await runSql(
      `copy (select i + ${file} * 4096 as id from range(4096) r(i)) to '${folder}/${file}.parquet' (format parquet, row_group_size 2048)`,
    )
  const { source, table } = await openCounted(folder)
  source.reads.length = 0
  const { columns } = await table.scan({ limit: 2050 }).toColumns()
  expect(columns.id?.toArray()).toEqual(Array.from({ length: 2050 }, (_, i) => BigInt(i)))
  const data = source.reads.filter(({ offset }) => offset < 100)
  expect(data.every(({ url }) => url.endsWith('0.parquet'))).toBe(true)
})

test('partitions are typed: whole numbers, dates, texts with zeros in front, null', async () => {
  const folder = temporaryFolder()
  const places = [
    'n=1/ds=2026-01-01/m=01/c=a%2Fb',
    'n=-2/ds=2026-01-02/m=12/c=__HIVE_DEFAULT_PARTITION__',
    'n=3/ds=__HIVE_DEFAULT_PARTITION__/m=02/c=ä',
  ]
  for (const place of places) {
    mkdirSync(join(folder, place), { recursive: true })
    writeFile(join(folder, place, 'x.parquet'), [{ name: 'v', data: Int32Array.of(7), type: 'INT32' }])
  }
  const { table } = await openCounted(folder)
  expect(table.schema.filter(({ isPartition }) => isPartition).map(({ name, type }) => [name, type.name])).toEqual([
    ['n', 'int32'],
    ['ds', 'date'],
    ['m', 'string'],
    ['c', 'string'],
  ])
  expect(table.partitions().map(({ values }) => values)).toEqual([
    { n: -2, ds: new Date('2026-01-02'), m: '12', c: null },
    { n: 1, ds: new Date('2026-01-01'), m: '01', c: 'a/b' },
    { n: 3, ds: null, m: '02', c: 'ä' },
  ])
  const rowsOf = async (where: Record<string, unknown>) => (await table.scan({ where, columns: ['n'] }).toColumns()).columns.n?.toArray()
  expect(await rowsOf({ ds: { gte: '2026-01-01' } })).toEqual([-2, 1])
  expect(await rowsOf({ ds: null })).toEqual([3])
  expect(await rowsOf({ c: ['a/b', null] })).toEqual([-2, 1])
  expect(await rowsOf({ n: { ne: 1 } })).toEqual([-2, 3])
})
