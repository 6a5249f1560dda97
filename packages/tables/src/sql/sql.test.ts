import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { CountingSource } from '../bytes/counting-source.fixture.ts'
import { FolderSource } from '../bytes/folder-source.ts'
import { runSql, temporaryFolder } from '../duckdb.fixture.ts'
import { openTable } from '../open/open-table.ts'
import { openTableFrom } from '../open/open-table-from.ts'
import type { Table } from '../table.ts'
import { TablesError } from '../tables-error.ts'
import { writeTable } from '../write/write-table.ts'
import { type QueryTable, sql } from './sql.ts'

/** Where queries put their files. */
let temporary = ''

beforeEach(() => {
  temporary = temporaryFolder()
  vi.stubEnv('TMPDIR', temporary)
  return () => vi.unstubAllEnvs()
})

const queryFolders = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('millrace-sql-'))

/** 3,000 orders in 9 partitions, and their customers: only read, by all tests. */
let shop: Awaited<ReturnType<typeof openShop>>
const folder = mkdtempSync(join(tmpdir(), 'millrace-tables-sql-'))

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function openShop() {
  const rows = 3000
  const countries = ['FI', 'SE', null]
  await writeTable(
    join(folder, 'orders'),
    {
      id: Int32Array.from({ length: rows }, (_, i) => i),
      customer: Int32Array.from({ length: rows }, (_, i) => i % 10),
      amount: Float64Array.from({ length: rows }, (_, i) => i / 2),
      day: Array.from({ length: rows }, (_, i) => `2026-11-0${1 + (i % 3)}`),
      country: Array.from({ length: rows }, (_, i) => countries[Math.floor(i / 3) % 3]),
    },
    { partitionBy: ['day', 'country'], schema: { day: 'date' } },
  )
  await writeTable(join(folder, 'customers'), {
    id: Int32Array.from({ length: 10 }, (_, i) => i),
    name: Array.from({ length: 10 }, (_, i) => `customer ${i}`),
  })
  return { orders: await openTable(join(folder, 'orders')), customers: await openTable(join(folder, 'customers')) }
}

async function rowsOf(rows: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const row of rows) all.push(row)
  return all
}

async function failureOf(query: { toColumns(): Promise<unknown> }): Promise<TablesError> {
  const error = await query.toColumns().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TablesError) return error
  throw new Error('It did not fail as tables do.', { cause: error })
}

test('a query joins, groups and orders tables, with partitions as columns of their types', async () => {
  const { orders, customers } = shop
  const query = sql(
    `select name, day, country, count(*) as orders, sum(amount) as total, sum(o.id) as ids
     from orders o join customers c on o.customer = c.id where customer < 2 and day >= date '2026-11-02'
     group by all order by name, day, country nulls last; -- to the end`,
    {
      tables: { orders, customers },
      schema: { name: 'string', day: 'date', country: 'string', orders: 'int64', total: 'float64', ids: 'int64' },
    },
  )
  const rows = await rowsOf(query.rows())
  expect(rows).toHaveLength(12)
  const mine = Array.from({ length: 3000 }, (_, i) => i).filter((i) => i % 10 === 0 && i % 3 === 1 && Math.floor(i / 3) % 3 === 0)
  expect(rows[0]).toEqual({
    name: 'customer 0',
    day: new Date('2026-11-02'),
    country: 'FI',
    orders: BigInt(mine.length),
    total: mine.reduce((sum, i) => sum + i / 2, 0),
    ids: BigInt(mine.reduce((sum, i) => sum + i, 0)),
  })
  expect(rows[2]).toMatchObject({ country: null })
  const { rowCount, columns } = await query.toColumns()
  expect(rowCount).toBe(12)
  expect(columns.total.values).toBeInstanceOf(Float64Array)
  expect((await query.toArrow()).getChild('name')?.get(11)).toBe('customer 1')
  expect(queryFolders()).toEqual([])
})

test('the conditions, columns and limit of a scan mean in a query what they mean in a scan', async () => {
  const folder = temporaryFolder()
  await runSql(
    "set timezone = 'UTC'",
    `copy (select i, i::uinteger as u32, i::bigint * 5000000000 as i64, case when i % 50 = 0 then 'nan'::double when i % 7 = 0 then null else i / 8.0 end as x, (i / 3)::float as f,
      i % 3 = 0 as b, date '1969-12-20' + i::int as d, timestamp '1969-12-31 23:59:00' + interval (i) second as ts, timestamptz '2026-11-23 02:00:00+00' + interval (i) minute as tz,
      (timestamp_ms '2026-11-23 02:00:00' + interval (i) second)::timestamp_ms as tms, time '00:00:01' + interval (i) second as t, (i / 100 - 3)::decimal(9, 2) as d9,
      case when i % 5 = 0 then null else ['é', 'éa', 'ê', 'e', 'it''s'][i % 5 + 1] end as s, encode('x' || chr((200 + i % 3)::int)) as bytes,
      (lpad(to_hex(i), 8, '0') || '-0000-4000-8000-00000000abcd')::uuid as id, [i] as l,
      ['NULL', 'a/b', '100%', null, 'it''s'][i % 5 + 1] as p, i % 5 < 3 as q
      from range(500) r(i)) to '${folder}' (format parquet, partition_by (p, q))`,
  )
  // As a plain table for conditions of any kind; the type of `q` is told all the same.
  const table = (await openTable(folder, { schema: { q: 'boolean' } })) as unknown as Table
  const conditions: Record<string, unknown>[] = [
    { i: { gt: 3, lte: 400 }, u32: { ne: 17 } },
    { i64: [5000000000n, 25000000000n, null], i: { notIn: [7, 8] } },
    { x: { gte: 20 } },
    { x: { lt: 20.5 } },
    { x: null },
    { x: { ne: 1.25 } },
    { f: { gt: 100.1 }, b: true },
    { d: { gte: '1969-12-31', lt: '1970-02-01' } },
    { ts: { lt: '1970-01-01T00:00:00.000001Z' } },
    { tz: { gte: new Date('2026-11-23T05:00:00Z') } },
    { tms: { gt: '2026-11-23T02:01:00.500Z' } },
    { t: { lt: 30_000_000n } },
    { d9: { gte: '-1.50', lte: 0.25 } },
    { s: { startsWith: 'é' } },
    { s: ["it's", null] },
    { bytes: Buffer.from('xÈ') },
    { id: '00000011-0000-4000-8000-00000000abcd' },
    { p: 'NULL' },
    { p: ['100%', null], q: false },
    { p: { ne: 'a/b' }, i: { lt: 40 } },
    { l: { isNull: false }, i: [1, 2] },
    { i: [] },
    { i: 1_000_000 },
    { p: 'nobody' },
  ]
  const names = conditions.map((_, index) => `t${index}`)
  const scans = conditions.map((where) => table.scan({ where }))
  const tables = Object.fromEntries(scans.map((scan, index) => [names[index] ?? '', scan]))
  const counted = names
    .map((name, index) => `select ${index} as n, count(*) as rows, coalesce(sum(i), 0)::bigint as sum from ${name}`)
    .join(' union all ')
  const actual = await rowsOf(sql(`select * from (${counted}) order by n`, { tables }).rows())
  const expected = await Promise.all(
    scans.map(async (scan, n) => {
      const { rowCount, columns } = await scan.toColumns()
      const sum = columns.i?.toArray().reduce<bigint>((total, i) => total + BigInt(i as bigint), 0n)
      return { n, rows: BigInt(rowCount), sum }
    }),
  )
  expect(actual).toEqual(expected)
  const some = { columns: ['p', 'l', 'i'], where: { q: true }, limit: 7 }
  const rows = await rowsOf(sql('from t', { tables: { t: table.scan(some) } }).rows())
  expect(rows).toEqual(await rowsOf(table.scan(some).rows()))
})

test('files from elsewhere are fetched without those, and without the columns, that are not needed, and the result is right', async () => {
  const source = new CountingSource(new FolderSource())
  const orders = await openTableFrom(source, join(folder, 'orders'), {})
  source.reads.length = 0
  const scan = orders.scan({ columns: ['amount', 'day'], where: { country: 'SE', id: { lt: 1500 } } })
  const { columns } = await sql('select day, sum(amount) as total from o group by day order by day', { tables: { o: scan } }).toColumns()
  expect(columns.total?.toArray()).toEqual(
    [0, 1, 2].map((day) =>
      Array.from({ length: 1500 }, (_, i) => i)
        .filter((i) => i % 3 === day && Math.floor(i / 3) % 3 === 1)
        .reduce((sum, i) => sum + i / 2, 0),
    ),
  )
  expect(new Set(source.reads.map(({ url }) => url)).size).toBe(3)
  source.reads.length = 0
  expect(
    (await sql('select count(*) as n from o', { tables: { o: orders.scan({ where: { country: 'NO' } }) } }).toColumns()).columns.n?.get(0),
  ).toBe(0n)
  // The footer of one file, for the columns and their types.
  expect(source.bytes).toBeLessThan(6_000)
})

test('of a file from elsewhere the columns are fetched that a scan names', async () => {
  const folder = temporaryFolder()
  const rows = 50_000
  const random = (): Float64Array => Float64Array.from({ length: rows }, Math.random)
  const { files } = await writeTable(folder, { a: random(), b: random(), c: random(), d: random() })
  const source = new CountingSource(new FolderSource())
  const table = await openTableFrom(source, folder, {})
  await sql('select sum(b) as total from t', { tables: { t: table.scan({ columns: ['b'] }) } }).toColumns()
  expect(source.bytes).toBeLessThan(0.35 * (files[0]?.sizeBytes ?? 0))
  expect(source.bytes).toBeGreaterThan(0.24 * (files[0]?.sizeBytes ?? 0))
})

test('the temporary folder is its owner’s alone, and goes when its reader stops, and when the query fails', async () => {
  const { orders } = shop
  const query = sql('from orders', { tables: { orders } })
  for await (const { rowCount } of query) {
    expect(rowCount).toBeGreaterThan(0)
    const [name = ''] = queryFolders()
    expect(statSync(join(temporary, name)).mode & 0o777).toBe(0o700)
    break
  }
  expect(queryFolders()).toEqual([])
  const failed = sql("select cast('x' || id as int) as n from orders", { tables: { orders } })
  expect(await failureOf(failed)).toMatchObject({ code: 'query-failed' })
  expect(queryFolders()).toEqual([])
})

test('a query cannot read or write other files, load extensions, or change anything', async () => {
  const { orders } = shop
  const tables = { orders }
  const other = join(folder, 'customers')
  for (const text of [
    `select * from read_parquet('${other}/*.parquet')`,
    "select * from read_text('/etc/hostname')",
    `select * from orders join '${other}/x.parquet' on true`,
    "select * from read_parquet('http://127.0.0.1:9/x.parquet')",
  ]) {
    const error = await failureOf(sql(text, { tables }))
    expect(error.code).toBe('query-failed')
    expect(error.message, text).toContain('A query can read the tables that it is given, and nothing else.')
  }
  for (const text of [
    'select 1; select 2',
    'set threads = 7',
    'create table x (i int)',
    'install httpfs',
    "copy orders to 'x.csv'",
    'select $1',
  ])
    await expect(sql(text, { tables }).toColumns(), text).rejects.toThrow(/^A query |Permission Error/)
  expect(await failureOf(sql('selec 1', { tables }))).toMatchObject({
    code: 'query-failed',
    message: expect.stringContaining('syntax error'),
  })
  expect((await failureOf(sql('select amuont from orders', { tables }))).message).toContain('amount')
  expect(queryFolders()).toEqual([])
})

test('types that Parquet has not become what a scan has, or an error: never a wrong number', async () => {
  const { rows } = { rows: async (text: string) => await rowsOf(sql(text, { tables: {} }).rows()) }
  expect(
    await rows(`select 9007199254740993::hugeint as h, [1::hugeint] as l, {a: 2::uhugeint, "HUGEINT": 3} as s, interval 3 day as i, '101'::bit as b,
      'x'::enum ('x', 'y') as e, null as z, 7::utinyint as u, 1.5::decimal(38, 1) as d, timestamp_s '2026-11-23 00:00:00' as ts, 1 as "a ""quoted"" name"`),
  ).toEqual([
    {
      h: 9007199254740993n,
      l: [1n],
      s: { a: 2n, HUGEINT: 3 },
      i: '3 days',
      b: '101',
      e: 'x',
      z: null,
      u: 7,
      d: '1.5',
      ts: new Date('2026-11-23'),
      'a "quoted" name': 1,
    },
  ])
  const error = await failureOf(sql('select 170141183460469231731687303715884105727::hugeint as h', { tables: {} }))
  expect(error).toMatchObject({ code: 'query-failed', message: expect.stringContaining('out of range') })
})

test('what is more than the temporary files may take is told, before it is fetched or while it is written', async () => {
  const orders = await openTableFrom(new CountingSource(new FolderSource()), join(folder, 'orders'), {})
  const error = await failureOf(sql('from orders', { tables: { orders }, maxTemporaryBytes: 5_000 }))
  expect(error).toMatchObject({ code: 'too-large', subject: expect.stringContaining('.parquet') })
  const large = sql('select hash(i) as h, hash(h) as k from range(2000000000) r(i)', { tables: {}, maxTemporaryBytes: 3_000_000 })
  expect(await failureOf(large)).toMatchObject({ code: 'too-large' })
  expect(queryFolders()).toEqual([])
})

test('an abort interrupts a query with its reason', async () => {
  const reason = new Error('enough')
  const stop = new AbortController()
  const query = sql('select count(*) as n from range(100000000000) a', { tables: {}, signal: stop.signal })
  const waiting = query.toColumns()
  const timer = setInterval(() => {
    if (queryFolders().length > 0) stop.abort(reason)
  }, 5)
  await expect(waiting).rejects.toBe(reason)
  clearInterval(timer)
  expect(queryFolders()).toEqual([])
})

test('a file that changed since its table was opened is told', async () => {
  const changing = temporaryFolder()
  const { files } = await writeTable(changing, { i: Int32Array.of(1, 2, 3) })
  const table = await openTable(changing)
  const path = join(changing, files[0]?.path ?? '')
  appendFileSync(path, 'x')
  expect(await failureOf(sql('from t', { tables: { t: table } }))).toMatchObject({ code: 'file-changed', subject: path })
})

test('arguments that are none are told before anything runs', () => {
  expect(() => sql(7 as never, { tables: {} })).toThrow(TypeError)
  expect(() => sql('select 1', { tables: { t: {} as QueryTable } })).toThrow('The table t of a query is no table')
  expect(() => sql('select 1', { tables: {}, threads: 0 })).toThrow(RangeError)
})
