import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runSql, temporaryFolder } from '../duckdb.fixture.ts'
import { openTable } from '../open/open-table.ts'
import { writeTable } from './write-table.ts'

async function toArray<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

const days = ['2026-01-01', '2026-01-02', '2026-01-02', null, '2026-01-01']

test('what is written is read back, by Millrace and by DuckDB, partitions and nulls included', async () => {
  const folder = join(temporaryFolder(), 'events')
  const at = new Date('2026-11-23T02:43:39.689Z')
  const written = await writeTable(
    folder,
    {
      day: days,
      country: ['FI', 'SE', 'a/b', null, 'FI'],
      amount: Float64Array.of(1.5, 2, Number.NaN, -0, 5),
      count: Int32Array.of(1, 2, 3, 4, 5),
      big: [1n, null, -(2n ** 63n), 4n, 5],
      note: ['ä', null, '', 'x', 'y'],
      ok: [true, false, null, true, false],
      at: [at, null, at, at, at],
      raw: [Uint8Array.of(1), null, Uint8Array.of(), Uint8Array.of(2, 3), Uint8Array.of(4)],
    },
    { partitionBy: ['day', 'country'], schema: { day: 'date', big: 'int64' } },
  )
  expect(written.rows).toBe(5)
  expect(written.files.map(({ path }) => path.split('/part-')[0])).toEqual([
    'day=2026-01-01/country=FI',
    'day=2026-01-02/country=SE',
    'day=2026-01-02/country=a%2Fb',
    'day=__HIVE_DEFAULT_PARTITION__/country=__HIVE_DEFAULT_PARTITION__',
  ])
  await using table = await openTable(folder)
  const rows = await toArray(table.scan().rows())
  const expected = [
    { amount: 1.5, count: 1, big: 1n, note: 'ä', ok: true, at, raw: Buffer.from([1]), day: new Date('2026-01-01'), country: 'FI' },
    { amount: 5, count: 5, big: 5n, note: 'y', ok: false, at, raw: Buffer.from([4]), day: new Date('2026-01-01'), country: 'FI' },
    { amount: 2, count: 2, big: null, note: null, ok: false, at: null, raw: null, day: new Date('2026-01-02'), country: 'SE' },
    {
      amount: Number.NaN,
      count: 3,
      big: -(2n ** 63n),
      note: '',
      ok: null,
      at,
      raw: Buffer.from([]),
      day: new Date('2026-01-02'),
      country: 'a/b',
    },
    { amount: -0, count: 4, big: 4n, note: 'x', ok: true, at, raw: Buffer.from([2, 3]), day: null, country: null },
  ]
  expect(rows).toEqual(expected.map((row) => ({ ...row, raw: row.raw && new Uint8Array(row.raw) })))
  const counted = await runSql(
    `select day::varchar as day, country, count, note from read_parquet('${folder}/**/*.parquet', hive_partitioning = true) order by count`,
  )
  expect(counted.map(({ day, country, note }) => [day, country, note])).toEqual([
    ['2026-01-01', 'FI', 'ä'],
    ['2026-01-02', 'SE', null],
    ['2026-01-02', 'a/b', ''],
    [null, null, 'x'],
    ['2026-01-01', 'FI', 'y'],
  ])
})

test.each(['zstd', 'snappy', 'gzip', 'brotli', 'none'] as const)(
  'a large table in %s has row groups and is read back by both',
  async (compression) => {
    const folder = temporaryFolder()
    const count = 30_000
    const x = Float64Array.from({ length: count }, (_, i) => Math.sin(i))
    const s = Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : `name ${i % 1000}`))
    await writeTable(folder, { x, s }, { compression, rowGroupRows: 8_000 })
    await using table = await openTable(folder, { schema: { x: 'float64', s: 'string' } })
    const { columns } = await table.scan().toColumns()
    expect(columns.x.values).toEqual(x)
    expect(columns.s.toArray()).toEqual(s)
    const [row] = await runSql(
      `select count(*)::int as rows, count(s)::int as texts, count(distinct s)::int as names from '${folder}/*.parquet'`,
    )
    expect(row).toEqual({ rows: count, texts: s.filter((each) => each !== null).length, names: 1000 })
  },
)

test('columns of a scan are written as they are', async () => {
  const folder = temporaryFolder()
  await runSql(
    `copy (select i::int as id, (i / 100)::decimal(9, 2) as price, timestamp_ns '2026-01-01 00:00:00.123456789' as at, date '2026-01-01' + i::int as d,
      case when i % 3 = 0 then null else 'n' || i end as s, i % 2 = 0 as b from range(3000) r(i)) to '${folder}/from.parquet' (format parquet)`,
  )
  await using from = await openTable(join(folder, 'from.parquet'))
  const { columns } = await from.scan({ where: { id: { gte: 1000 } } }).toColumns()
  await writeTable(join(folder, 'to'), columns)
  await using to = await openTable(join(folder, 'to'))
  expect(to.schema.map(({ name, type }) => [name, type])).toEqual(from.schema.map(({ name, type }) => [name, type]))
  expect(await toArray(to.scan().rows())).toEqual(await toArray(from.scan({ where: { id: { gte: 1000 } } }).rows()))
})

test('a table that is there is an error and stays as it was; overwrite takes its place and removes its files', async () => {
  const folder = join(temporaryFolder(), 't')
  await writeTable(folder, { x: Int32Array.of(1) })
  const before = readdirSync(folder)
  await expect(writeTable(folder, { x: Int32Array.of(2) })).rejects.toMatchObject({ code: 'already-exists', subject: folder })
  expect(readdirSync(folder)).toEqual(before)
  await writeTable(folder, { x: Int32Array.of(3), y: ['z'] }, { mode: 'overwrite' })
  await using table = await openTable(folder)
  expect(await toArray(table.scan().rows())).toEqual([{ x: 3, y: 'z' }])
  expect(readdirSync(folder)).toHaveLength(2)
})

test('of two that create the same table at once one wins, and the other leaves nothing behind', async () => {
  const folder = join(temporaryFolder(), 't')
  const results = await Promise.allSettled([1, 2, 3].map((value) => writeTable(folder, { x: Int32Array.of(value) })))
  const won = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index + 1] : []))
  expect(won).toHaveLength(1)
  await using table = await openTable(folder)
  expect((await table.scan().toColumns()).columns.x?.toArray()).toEqual(won)
  expect(readdirSync(folder)).toHaveLength(2)
})

test('a table without its manifest is not there for readers of manifests until it is; files beside it are not seen', async () => {
  const folder = join(temporaryFolder(), 't')
  const { files } = await writeTable(folder, { x: Int32Array.of(1, 2) })
  writeFileSync(join(folder, 'stray.parquet'), 'half a file')
  await using table = await openTable(folder)
  expect(await table.count()).toBe(2)
  expect(statSync(join(folder, files[0]?.path ?? '')).size).toBe(files[0]?.sizeBytes)
})

test('what cannot be written is told before anything is', async () => {
  const folder = join(temporaryFolder(), 't')
  const cases: [Parameters<typeof writeTable>[1], Parameters<typeof writeTable>[2], RegExp][] = [
    [{ x: [1, 'two'] }, {}, /column x cannot be written as float64: in row 1, "two" is not a number/],
    [{ x: [3_000_000_000] }, { schema: { x: 'int32' } }, /row 0, 3000000000 is outside of -2147483648 to 2147483647/],
    [{ x: [[1]] }, {}, /lists and objects are only read/],
    [{ x: [null] }, {}, /no value that shows its type/],
    [{ x: Int32Array.of(1), y: [1, 2] }, {}, /column y has 2 values, and x has 1/],
    [{ x: Int32Array.of(1), day: ['a'] }, { partitionBy: ['dya'] }, /no column dya. Did you mean day\?/],
    [{ x: Int32Array.of(1) }, { partitionBy: ['x'] }, /needs a column that it is not partitioned by/],
    [{ x: Float64Array.of(1), y: [1n] }, { partitionBy: ['x'] }, /partitioned by x, which is float64/],
    [{ x: Int32Array.of(1) }, { rowGroupRows: 0 }, /0 rows/],
  ]
  for (const [columns, options, message] of cases) await expect(writeTable(folder, columns, options)).rejects.toThrow(message)
  expect(existsSync(folder)).toBe(false)
})
