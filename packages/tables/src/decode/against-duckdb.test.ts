import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { runSql, temporaryFolder } from '../duckdb.fixture.ts'
import { openTable } from '../open/open-table.ts'

/** Every type, with and without nulls, with few and with many distinct values; three row groups, the last one short. */
const everyType = `
  select
    (i * 7919 % 200 - 100)::tinyint as i8, (i * 31 % 65536 - 32768)::smallint as i16, (i * 104729 - 500000000)::int as i32,
    (i * 1000000007 - 4000000000000)::bigint as i64, (i % 200)::utinyint as u8, (i % 60000)::usmallint as u16,
    (4294967295 - i)::uinteger as u32, (18446744073709551615::ubigint - i::ubigint) as u64,
    (i / 3.0)::float as f32, (i / 7.0 - 1000)::double as f64, i % 3 = 0 as b,
    (date '1960-02-29' + (i % 30000)::int) as d, (timestamp '1969-12-31 23:59:00' + interval (i) second + interval (i) microsecond) as ts,
    (timestamptz '2026-11-23 02:00:00+00' + interval (i) minute) as tz, (timestamp_ms '2026-11-23 02:00:00') as tms,
    time '00:00:01' + interval (i) second as t, (i / 100 - 40)::decimal(4, 1) as d4, (i * 1001 / 1000 - 7)::decimal(9, 3) as d9,
    (i * 12345678901 / 100)::decimal(18, 2) as d18, (i::hugeint * 1234567890123456789 - 5)::decimal(38, 4) as d38,
    'name ' || (i % 30) as few, 'täxt ' || hash(i) as many, md5(i::varchar)::blob as bytes,
    (lpad(to_hex(i), 8, '0') || '-0000-4000-8000-00000000abcd')::uuid as id
  from range(5000) r(i)`

/** Every column, null in some rows: alternating, in runs, and all of one row group. */
function withNulls(select: string): string {
  const isNull = 'n % 7 < 3 or n between 2049 and 4096 or n % 500 > 480'
  const whole = `select w, row_number() over () as n from (select w from (${select}) w)`
  return `select unnest(v) from (select case when ${isNull} then null else w end as v from (${whole}))`
}

/** A value as DuckDB writes it in JSON. */
function toJson(value: unknown, type: string): unknown {
  if (value === null) return null
  if (value instanceof Date) {
    const text = value.toISOString()
    return type === 'date' ? text.slice(0, 10) : text
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return typeof value === 'bigint' ? String(value) : value
}

/** DuckDB's own reading, timestamps to the millisecond as a `Date` has them. */
async function expectedRows(file: string): Promise<Record<string, unknown>[]> {
  const milliseconds = (name: string): string => `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%gZ') as ${name}`
  return await runSql(
    "set timezone = 'UTC'",
    `select * replace (${milliseconds('ts')}, ${milliseconds('tz')}, ${milliseconds('tms')}, epoch_us(t)::varchar as t, decode(bytes) as bytes) from '${file}'`,
  )
}

const codecs = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'lz4_raw'] as const

for (const version of ['v1', 'v2'] as const) {
  for (const [index, codec] of codecs.entries()) {
    // Each combination of the rest is met by some codec: nulls or none, dictionaries or none.
    const nullable = index % 2 === (version === 'v1' ? 0 : 1)
    const dictionary = index % 3 === 0 ? ', dictionary_size_limit 1' : ''
    test(`files of DuckDB, ${version}, ${codec}${nullable ? ', with nulls' : ''}${dictionary ? ', without dictionaries' : ''}, read as DuckDB reads them`, async () => {
      const file = join(temporaryFolder(), 'all.parquet')
      const select = nullable ? withNulls(everyType) : everyType
      await runSql(
        "set timezone = 'UTC'",
        `copy (${select}) to '${file}' (format parquet, compression ${codec}, parquet_version ${version}, row_group_size 2048${dictionary})`,
      )
      const table = await openTable(file)
      const types = new Map(table.schema.map(({ name, type }) => [name, type.name]))
      const rows: Record<string, unknown>[] = []
      for await (const row of table.scan({ batchRows: 1000 }).rows())
        rows.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value, types.get(name) ?? '')])))
      const expected = await expectedRows(file)
      expect(rows.length).toBe(expected.length)
      // The first that differs is enough to see.
      const index = rows.findIndex((row, each) => !isDeepStrictEqual(row, expected[each]))
      expect(rows[index]).toEqual(expected[index])
    })
  }
}

test('lists, structs and maps read as DuckDB reads them', async () => {
  const file = join(temporaryFolder(), 'nested.parquet')
  await runSql(
    `copy (select i::int as i, case when i % 5 = 0 then null else range(i % 4)::int[] end as l, {a: i::int, b: 'x' || i} as s,
      map {'k' || i: i::int} as m, [{p: i::int, q: [i::int, null]}] as deep from range(3000) r(i)) to '${file}' (format parquet, row_group_size 2048)`,
  )
  const table = await openTable(file)
  const rows: unknown[] = []
  for await (const { i, l, s, m, deep } of table.scan().rows()) rows.push({ i, l, s, m, deep })
  const expected = Array.from({ length: 3000 }, (_, i) => ({
    i,
    l: i % 5 === 0 ? null : Array.from({ length: i % 4 }, (_, each) => each),
    s: { a: i, b: `x${i}` },
    m: { [`k${i}`]: i },
    deep: [{ p: i, q: [i, null] }],
  }))
  expect(rows).toEqual(expected)
})

test('toColumns joins row groups: numbers in one array, texts in one dictionary, nulls in one bitmap', async () => {
  const file = join(temporaryFolder(), 'joined.parquet')
  await runSql(
    `copy (select i::double as x, case when i % 3 = 0 then null else 'v' || (i % 10) end as s from range(5000) r(i)) to '${file}' (format parquet, row_group_size 2048)`,
  )
  const table = await openTable(file, { schema: { x: 'float64', s: 'string' } })
  const { rowCount, columns } = await table.scan().toColumns()
  expect(rowCount).toBe(5000)
  expect(columns.x.values).toEqual(Float64Array.from({ length: 5000 }, (_, i) => i))
  expect(columns.x.validity).toBeUndefined()
  expect(columns.s.toArray()).toEqual(Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? null : `v${i % 10}`)))
  expect(columns.s.dictionary.size).toBeLessThan(40)
})

test('toColumns has the rows of all files in their places, whatever the type, with nulls and with partitions', async () => {
  const folder = temporaryFolder()
  await runSql(
    "set timezone = 'UTC'",
    `copy (select *, (i32 % 3)::int as part, i32 % 2 = 0 as flag from (${everyType})) to '${folder}' (format parquet, partition_by (part, flag), row_group_size 2048)`,
    `copy (select * exclude (part, flag) from (select *, 5 as part, true as flag from (${withNulls(everyType)}))) to '${folder}/nulls.parquet' (format parquet, row_group_size 2048)`,
  )
  mkdirSync(join(folder, 'part=5/flag=true'), { recursive: true })
  renameSync(join(folder, 'nulls.parquet'), join(folder, 'part=5/flag=true/nulls.parquet'))
  const table = await openTable(folder)
  const { rowCount, columns } = await table.scan().toColumns()
  let row = 0
  for await (const expected of table.scan().rows()) {
    for (const [name, value] of Object.entries(expected))
      if (!isDeepStrictEqual(columns[name]?.get(row), value)) expect([row, name, columns[name]?.get(row)]).toEqual([row, name, value])
    row += 1
  }
  expect(rowCount).toBe(row)
  expect(rowCount).toBe(10_000)
})

test('encodings that DuckDB reads and does not write are read as it reads them', async () => {
  const file = join(temporaryFolder(), 'delta.parquet')
  const count = 5000
  const texts = Array.from({ length: count }, (_, i) => (i % 11 === 0 ? null : `prefix ${Math.floor(i / 10)} and ${i}`))
  const flags = Array.from({ length: count }, (_, i) => (i % 13 === 0 ? null : i % 700 < 400))
  const columnData = [
    { name: 's', data: texts, type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' },
    { name: 'b', data: flags, type: 'BOOLEAN', encoding: 'RLE' },
  ] as const
  writeFileSync(file, new Uint8Array(parquetWriteBuffer({ columnData: [...columnData], rowGroupSize: 2000, pageSize: 4096 })))
  const table = await openTable(file)
  const { columns } = await table.scan().toColumns()
  const rows = await runSql(`select s, b from '${file}'`)
  expect(columns.s?.toArray()).toEqual(rows.map(({ s }) => s))
  expect(columns.b?.toArray()).toEqual(rows.map(({ b }) => b))
  expect(columns.s?.toArray()).toEqual(texts)
})
