import { join } from 'node:path'
import { tableFromIPC, tableToIPC } from 'apache-arrow'
import { expect, test } from 'vitest'
import { runSql, temporaryFolder } from '../duckdb.fixture.ts'
import { openTable } from '../open/open-table.ts'
import { loadPeer } from '../peers/load-peer.ts'
import { TablesError } from '../tables-error.ts'
import { columnsToArrow } from './columns-to-arrow.ts'

async function tableOf(select: string) {
  const file = join(temporaryFolder(), 'one.parquet')
  await runSql("set timezone = 'UTC'", `copy (${select}) to '${file}' (format parquet, row_group_size 2048)`)
  return await openTable(file)
}

test('an Arrow table has the values that the scan has, in the types that Arrow has for them, also after it was written and read', async () => {
  const table = await tableOf(`select
    i::int as i32, i::bigint * 5000000000 as i64, i::uinteger as u32, i::ubigint as u64, (i / 4)::float as f32, case when i % 7 = 0 then null else i / 8.0 end as f64,
    i % 3 = 0 as b, date '1969-12-01' + i::int as d, timestamp '1969-12-31 23:59:00' + interval (i) second as ts, timestamptz '2026-11-23 02:00:00+00' as tz,
    time '00:00:01' as t, (i / 100 - 3)::decimal(9, 2) as d9, (i::hugeint * 1234567890123456789 * (i % 2 * 2 - 1))::decimal(38, 4) as d38,
    case when i % 5 = 0 then null else 'name ' || (i % 30) end as few, 'täxt ' || i as many, ('x' || i)::blob as bytes, '00000000-0000-4000-8000-00000000abcd'::uuid as id,
    range(i % 3)::int[] as l, case when i % 4 = 0 then null else {a: i, b: ['y', null], day: date '2026-11-23'} end as s
    from range(5000) r(i)`)
  const { columns } = await table.scan().toColumns()
  const made = await table.scan().toArrow()
  expect(made.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
    'i32: Int32',
    'i64: Int64',
    'u32: Uint32',
    'u64: Uint64',
    'f32: Float32',
    'f64: Float64',
    'b: Bool',
    'd: Date32<DAY>',
    'ts: Timestamp<MICROSECOND>',
    'tz: Timestamp<MICROSECOND, UTC>',
    't: Time64<MICROSECOND>',
    'd9: Decimal[9e+2]',
    'd38: Decimal[38e+4]',
    'few: Dictionary<Int32, Utf8>',
    'many: Dictionary<Int32, Utf8>',
    'bytes: Dictionary<Int32, Binary>',
    'id: Dictionary<Int32, Utf8>',
    'l: List<Float64>',
    's: Struct<{a:Int64, b:List<Utf8>, day:Timestamp<MILLISECOND, UTC>}>',
  ])
  for (const arrow of [made, tableFromIPC(tableToIPC(made, 'stream'))]) {
    expect(arrow.numRows).toBe(5000)
    for (const name of ['i32', 'i64', 'u32', 'u64', 'f32', 'f64', 'b', 'few', 'many', 'bytes', 'id'])
      expect([...(arrow.getChild(name) ?? [])], name).toEqual(columns[name]?.toArray())
    const dates = Array.from(arrow.getChild('d') ?? [], (value) => new Date(value))
    expect(dates).toEqual(columns.d?.toArray())
    expect(Array.from(arrow.getChild('ts') ?? [], (value) => new Date(Math.floor(value)))).toEqual(columns.ts?.toArray())
    const decimals = Array.from(arrow.getChild('d38') ?? [], (words: Uint32Array) => wordsToInteger(words))
    expect(decimals).toEqual(columns.d38?.kind === 'objects' && columns.d38.values)
    expect(wordsToInteger(arrow.getChild('d9')?.get(0))).toBe(-300n)
    expect(arrow.getChild('l')?.get(2)?.toArray()).toEqual(Float64Array.of(0, 1))
    expect(arrow.getChild('s')?.get(4)).toBeNull()
    expect(arrow.getChild('s')?.get(5)?.toJSON()).toMatchObject({ a: 5n, day: Date.parse('2026-11-23') })
    expect([...(arrow.getChild('s')?.get(5)?.b ?? [])]).toEqual(['y', null])
  }
})

/** 128 bits, the lowest word first, in two's complement. */
function wordsToInteger(words: Uint32Array): bigint {
  return BigInt.asIntN(
    128,
    words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n),
  )
}

test('arrays and bitmaps are handed over, not copied', async () => {
  const table = await tableOf("select i, case when i % 2 = 0 then null else i / 2 end as x, 'v' || (i % 3) as s from range(3000) r(i)")
  const { columns } = await table.scan().toColumns()
  const arrow = await columnsToArrow(columns)
  const { i, x, s } = columns
  if (i?.kind !== 'numbers' || x?.kind !== 'numbers' || s?.kind !== 'texts') throw new TypeError('There are other columns.')
  expect(arrow.getChild('i')?.data[0]?.values.buffer).toBe(i.values.buffer)
  expect(arrow.getChild('x')?.data[0]?.nullBitmap.buffer).toBe(x.validity?.buffer)
  expect(arrow.getChild('x')?.nullCount).toBe(1500)
  expect(arrow.getChild('s')?.data[0]?.values.buffer).toBe(s.codes.buffer)
})

test('a scan without rows is an Arrow table with its columns', async () => {
  const table = await tableOf("select i, 'v' || i as s, [i] as l from range(10) r(i)")
  const arrow = await table.scan({ where: { i: 11 } }).toArrow()
  expect(arrow.numRows).toBe(0)
  expect(arrow.schema.names).toEqual(['i', 's', 'l'])
})

test('lists of several kinds are told with their column', async () => {
  const values = [[1, 2], ['three']]
  const column = { kind: 'objects', name: 'odd', type: { name: 'nested' }, values, length: 2 }
  await expect(columnsToArrow({ odd: column as never })).rejects.toThrow(
    'Could not make an Arrow column of odd: it has values of the kinds number and string.',
  )
})

test('a package that is not installed is told with the command that installs it', async () => {
  const name = 'millrace-has-no-such-package'
  const failure = await loadPeer(name, { load: () => import(name as string), what: 'do it' }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(TablesError)
  expect(failure).toMatchObject({
    code: 'unsupported',
    message: `Could not do it: ${name} is not installed. Install it: npm install ${name}`,
  })
  expect((failure as Error).cause).toBeInstanceOf(Error)
  const other = new Error('another one')
  await expect(loadPeer(name, { load: () => Promise.reject(other), what: 'do it' })).rejects.toBe(other)
})
