import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '../duckdb.fixture.ts'
import { openTable } from '../open/open-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-tables-where-'))
const file = join(folder, 'rows.parquet')

afterAll(() => rmSync(folder, { recursive: true }))

/** Sorted and unsorted columns, nulls, NaN and infinities. */
beforeAll(async () => {
  await runSql(
    `copy (select i as id, case when i % 11 = 0 then null else (i * 7919 % 500)::int end as n,
      case when i % 13 = 0 then 'nan'::double when i % 17 = 0 then 'inf'::double when i % 19 = 0 then null else (i % 300) / 4.0 end as x,
      (i % 40 / 8.0)::float as f, case when i % 5 = 0 then null else 'name ' || (i % 70) end as s,
      date '2026-01-01' + (i // 20)::int as d, timestamp '2026-01-01' + interval (i) minute as ts,
      ((i % 900) / 10)::decimal(9, 1) as m, i % 4 = 0 as b, ((i * 31) % 1000)::hugeint::decimal(30, 2) as wide, (i % 250)::utinyint as u
     from range(10000) r(i)) to '${file}' (format parquet, row_group_size 2048)`,
  )
})

const cases: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ id: { gte: 4000, lt: 4100 } }, 'id >= 4000 and id < 4100'],
  [{ id: 77 }, 'id = 77'],
  [{ id: [1, 5000n, 99_999] }, 'id in (1, 5000, 99999)'],
  [{ n: 5 }, 'n = 5'],
  [{ n: null }, 'n is null'],
  [{ n: [5, 6, null] }, 'n in (5, 6) or n is null'],
  [{ n: { ne: 5 } }, 'n <> 5'],
  [{ n: { ne: null } }, 'n is not null'],
  [{ n: { notIn: [1, 2, 3] } }, 'n not in (1, 2, 3)'],
  [{ n: { gt: 10, lte: 20 } }, 'n > 10 and n <= 20'],
  [{ n: { gt: 499 } }, 'n > 499'],
  [{ n: { isNull: false, gte: 490 } }, 'n >= 490'],
  // DuckDB has NaN above everything and equal to itself; here it is nothing, as in IEEE 754 and JavaScript.
  [{ x: { gte: 70 } }, 'x >= 70 and not isnan(x)'],
  [{ x: { ne: 3 } }, 'x <> 3'],
  [{ x: { lt: 1 } }, 'x < 1'],
  [{ x: Number.POSITIVE_INFINITY }, "x = 'inf'"],
  [{ f: 0.125 }, 'f = 0.125'],
  [{ s: 'name 7' }, "s = 'name 7'"],
  [{ s: { startsWith: 'name 6' } }, "s like 'name 6%'"],
  [{ s: { gt: 'name 65', ne: 'name 66' } }, "s > 'name 65' and s <> 'name 66'"],
  [{ s: { notIn: ['name 1', null] } }, "s is not null and s <> 'name 1'"],
  [{ d: '2026-02-03' }, "d = '2026-02-03'"],
  [{ d: { gte: new Date('2026-05-01') } }, "d >= '2026-05-01'"],
  [
    { ts: { gte: '2026-01-02T10:00:00Z', lt: new Date('2026-01-02T11:00:00Z') } },
    "ts >= '2026-01-02 10:00:00' and ts < '2026-01-02 11:00:00'",
  ],
  [{ m: '12.3' }, 'm = 12.3'],
  [{ m: { lte: 0.5 } }, 'm <= 0.5'],
  [{ b: true }, 'b'],
  [{ b: false, n: { lt: 3 } }, 'not b and n < 3'],
  [{ wide: 31 }, 'wide = 31'],
  [{ u: { gte: 248 } }, 'u >= 248'],
  [{ u: [3], d: { lt: '2026-01-10' }, s: { isNull: true } }, "u = 3 and d < '2026-01-10' and s is null"],
  [{ n: { gt: 5, lt: 5 } }, 'false'],
  [{ n: [] }, 'false'],
  [{ n: { isNull: true, eq: 5 } }, 'false'],
]

test.each(cases.map(([where, sql]) => ({ where, sql })))('a scan chooses the rows that SQL chooses where $sql', async ({ where, sql }) => {
  const table = await openTable(file)
  const { columns } = await table.scan({ where, columns: ['id'] }).toColumns()
  const expected = await runSql(`select id from '${file}' where ${sql} order by id`)
  expect(columns.id?.toArray().map(String)).toEqual(expected.map(({ id }) => id))
  expect(await table.count({ where })).toBe(expected.length)
})
