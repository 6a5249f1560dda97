import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { S3 } from '@millrace/s3-fast'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openTable } from '../open/open-table.ts'
import { openTableFrom } from '../open/open-table-from.ts'
import { sql } from '../sql/sql.ts'
import { writeTable } from '../write/write-table.ts'
import { CountingSource } from './counting-source.fixture.ts'
import { S3Source } from './s3-source.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-tables-s3-'))
let stack: Devstack
let s3: S3

beforeAll(async () => {
  stack = await startDevstack({ dir: folder, buckets: ['lake'] })
  const { env } = stack
  s3 = new S3({
    endpoint: env.AWS_ENDPOINT_URL_S3,
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  })
})
afterEach(async () => {
  await stack.faults.clear()
  stack.s3.requests.reset()
})
afterAll(async () => {
  await s3.close()
  await stack.close()
  rmSync(folder, { recursive: true, force: true })
})

/** 20 partitions of 2,000 rows. */
async function writeEvents(url: string): Promise<number> {
  const rows = 40_000
  const { files } = await writeTable(
    url,
    {
      p: Int32Array.from({ length: rows }, (_, i) => i % 20),
      x: Float64Array.from({ length: rows }, (_, i) => i / 7),
      y: Float64Array.from({ length: rows }, (_, i) => Math.sin(i)),
    },
    { partitionBy: ['p'], s3 },
  )
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

test('a table is written to S3 and read from there: one partition costs its own bytes and three requests', async () => {
  await writeEvents('s3://lake/events')
  stack.s3.requests.reset()
  const table = await openTable('s3://lake/events', { s3 })
  // The manifest's head and its bytes, and the footer of the first file.
  expect(stack.s3.requests.counts).toEqual({ HeadObject: 1, GetObject: 2 })
  stack.s3.requests.reset()
  const { rowCount, columns } = await table.scan({ where: { p: 7 } }).toColumns()
  expect(rowCount).toBe(2000)
  expect(columns.x?.get(0)).toBe(1)
  // Its footer, and all its columns at once.
  expect(stack.s3.requests.counts).toEqual({ GetObject: 2 })
})

test('a folder of files on S3 is listed, and a scan of one column reads its bytes alone', async () => {
  const total = await writeEvents('s3://lake/plain')
  await s3.delete('s3://lake/plain/_millrace-table.json')
  const source = new CountingSource(new S3Source(s3))
  const table = await openTableFrom(source, 's3://lake/plain', {})
  expect(table.partitions()).toHaveLength(20)
  await table.count()
  source.reads.length = 0
  await table.scan({ columns: ['x'], where: { p: [3, 4] } }).toColumns()
  expect(source.reads).toHaveLength(2)
  expect(source.bytes).toBeLessThan((total / 20) * 2 * 0.6)
})

test('a query over a table on S3 fetches the files that its scan leaves, each once, after their footers', async () => {
  await writeEvents('s3://lake/queried')
  const table = await openTable('s3://lake/queried', { s3 })
  stack.s3.requests.reset()
  const scan = table.scan({ columns: ['x'], where: { p: [3, 4] } })
  const { columns } = await sql('select count(*) as n, sum(x) as total from events', { tables: { events: scan } }).toColumns()
  const mine = Array.from({ length: 40_000 }, (_, i) => i).filter((i) => i % 20 === 3 || i % 20 === 4)
  expect(columns.n?.get(0)).toBe(2n * 2000n)
  expect(Number(columns.total?.get(0))).toBeCloseTo(
    mine.reduce((sum, i) => sum + i / 7, 0),
    3,
  )
  // Of each file its footer, what is before the column that is left out, and what is behind it.
  expect(stack.s3.requests.counts.GetObject).toBeLessThanOrEqual(6)
  expect(Object.keys(stack.s3.requests.counts)).toEqual(['GetObject'])
})

test('a scan goes on through resets, truncated bodies and 503', async () => {
  await writeEvents('s3://lake/faulty')
  await stack.faults.s3({ rate: 0.2, kinds: ['503', 'reset', 'truncate'], seed: 7 })
  const table = await openTable('s3://lake/faulty', { s3 })
  const { rowCount, columns } = await table.scan().toColumns()
  expect(rowCount).toBe(40_000)
  expect(columns.x?.toArray().reduce((sum: number, value) => sum + Number(value), 0)).toBeCloseTo((39_999 * 40_000) / 14, 2)
})

test('an object that is replaced or removed while it is scanned is told', async () => {
  const { files } = await writeTable('s3://lake/changing', { x: Int32Array.of(1, 2, 3) }, { s3 })
  const url = `s3://lake/changing/${files[0]?.path}`
  const table = await openTable([url], { s3 })
  await s3.put(url, 'something else')
  await expect(table.scan().toColumns()).rejects.toMatchObject({ code: 'file-changed', subject: url, retryable: true })
  await s3.delete(url)
  await expect(table.scan().toColumns()).rejects.toMatchObject({ code: 'file-changed', subject: url })
})

test('what is not there, what is no URL and what is half on S3 is told', async () => {
  await expect(openTable('s3://lake/nothing', { s3 })).rejects.toMatchObject({ code: 'not-found' })
  await expect(openTable('s3:///x', { s3 })).rejects.toThrow('s3:///x is not an S3 URL')
  await expect(openTable(['s3://lake/a.parquet', '/tmp/b.parquet'], { s3 })).rejects.toThrow(TypeError)
  await expect(openTable('s3://no-such-bucket/x', { s3 })).rejects.toMatchObject({ code: 'unreadable' })
})

test('of several that create the same table on S3 at once one wins', async () => {
  const results = await Promise.allSettled([1, 2, 3].map((value) => writeTable('s3://lake/race', { x: Int32Array.of(value) }, { s3 })))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const table = await openTable('s3://lake/race', { s3 })
  expect(await table.count()).toBe(1)
})
