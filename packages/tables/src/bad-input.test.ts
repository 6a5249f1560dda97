import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runSql, temporaryFolder } from './duckdb.fixture.ts'
import { openTable } from './open/open-table.ts'
import { TablesError } from './tables-error.ts'

/** A table of one file, and the file. */
async function simpleTable(): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = temporaryFolder()
  const file = join(folder, 'one.parquet')
  await runSql(
    `copy (select i::int as id, 'name ' || i as name, i / 3.0 as price from range(5000) r(i)) to '${file}' (format parquet, row_group_size 2048, compression zstd)`,
  )
  return { folder, file }
}

async function failureOf(
  work: () => unknown,
): Promise<Error & { readonly code?: string; readonly subject?: string; readonly column?: string }> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('Nothing failed.')
}

test('a location without files is told', async () => {
  const error = await failureOf(() => openTable('/nowhere/at/all'))
  expect(error).toMatchObject({ code: 'not-found', subject: '/nowhere/at/all' })
})

test('a file that is cut is told with its name', async () => {
  const { file } = await simpleTable()
  truncateSync(file, 20_000)
  const error = await failureOf(() => openTable(file))
  expect(error).toMatchObject({ code: 'corrupt-file', subject: file })
  expect(error.message).toContain('it does not end in PAR1')
})

test('a footer that is damaged, and one that is said to be longer than its file, are told with the file', async () => {
  const { file } = await simpleTable()
  const whole = readFileSync(file)
  const footerBytes = whole.readUInt32LE(whole.length - 8)
  const damaged = Buffer.from(whole)
  damaged.fill(0xee, whole.length - 8 - footerBytes, whole.length - 8)
  writeFileSync(file, damaged)
  const error = await failureOf(() => openTable(file))
  expect(error).toMatchObject({ code: 'corrupt-file', subject: file })
  expect(error.cause).toBeInstanceOf(Error)
  const longer = Buffer.from(whole)
  longer.writeUInt32LE(whole.length, whole.length - 8)
  writeFileSync(file, longer)
  expect((await failureOf(() => openTable(file))).message).toContain(`its footer is said to have ${whole.length + 8} bytes`)
})

test('a partition that is not there is told with the nearest name, and a value of another type with its column', async () => {
  const { folder, file } = await simpleTable()
  mkdirSync(join(folder, 'day=2026-11-23', 'country=FI'), { recursive: true })
  renameSync(file, join(folder, 'day=2026-11-23', 'country=FI', 'one.parquet'))
  const table = await openTable(folder)
  expect(() => table.partitions({ where: { cuontry: 'FI' } })).toThrow(/cuontry.*Did you mean country\?/)
  expect(() => table.scan({ where: { day: 7 } })).toThrow('Could not filter by day (date): 7 is not a date')
  expect(table.partitions({ where: { country: 'SE' } })).toEqual([])
})

test('an empty file and a file of another kind are told, and are not skipped', async () => {
  const { folder } = await simpleTable()
  writeFileSync(join(folder, 'zero.parquet'), '')
  const table = await openTable(folder)
  expect(await failureOf(() => table.count())).toMatchObject({ code: 'corrupt-file', subject: join(folder, 'zero.parquet') })
  rmSync(join(folder, 'zero.parquet'))
  writeFileSync(join(folder, 'notes.txt'), 'These are notes, and no table at all.')
  const error = await failureOf(() => openTable(folder))
  expect(error.message).toContain('names that begin with _ or . are not read')
  writeFileSync(join(folder, '_notes.txt'), readFileSync(join(folder, 'notes.txt')))
  rmSync(join(folder, 'notes.txt'))
  expect(await (await openTable(folder)).count()).toBe(5000)
})

test('no damaged byte gives anything but the right rows or a clear error', async () => {
  const { file } = await simpleTable()
  const whole = readFileSync(file)
  const right = await (await openTable(file)).scan().toColumns()
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (position, change) => {
      const bytes = Buffer.from(whole)
      bytes[position] = (bytes[position] ?? 0) ^ change
      writeFileSync(file, bytes)
      try {
        const { rowCount } = await (await openTable(file)).scan().toColumns()
        // A byte of a name, of a statistic or of a value may be another without anybody being able to know.
        expect(rowCount).toBe(right.rowCount)
      } catch (error) {
        expect(error).toBeInstanceOf(TablesError)
        expect((error as TablesError).subject).toBe(file)
      }
    }),
    { numRuns: 150 },
  )
})

test('a damaged page is told with its file, its column and the cause', async () => {
  const { file } = await simpleTable()
  const bytes = readFileSync(file)
  bytes.fill(0xff, 200, 1200)
  writeFileSync(file, bytes)
  const table = await openTable(file)
  const error = await failureOf(() => table.scan().toColumns())
  expect(error).toMatchObject({ code: 'corrupt-file', subject: file, column: 'id' })
  expect(error.cause).toBeInstanceOf(Error)
})

test('files with other columns, or with other types, are told with file and column', async () => {
  const { folder } = await simpleTable()
  const other = join(folder, 'two.parquet')
  await runSql(`copy (select 1::bigint as id, 'x' as name, 2.0 as price) to '${other}' (format parquet)`)
  const table = await openTable(folder)
  const error = await failureOf(() => table.count())
  expect(error).toMatchObject({ code: 'schema-mismatch', subject: other, column: 'id' })
  expect(error.message).toContain('int64')
  await runSql(`copy (select 1::int as id, 'x' as name) to '${other}' (format parquet)`)
  expect(await failureOf(async () => (await openTable(folder)).count())).toMatchObject({ code: 'schema-mismatch', column: 'price' })
  await runSql(`copy (select 1::int as id, 'x' as name, 1::double as price, 5 as extra) to '${other}' (format parquet)`)
  expect(await failureOf(async () => (await openTable(folder)).count())).toMatchObject({ code: 'schema-mismatch', column: 'extra' })
})

test('files in folders of different kinds are told', async () => {
  const { folder, file } = await simpleTable()
  mkdirSync(join(folder, 'ds=2026-01-01'))
  copyFileSync(file, join(folder, 'ds=2026-01-01', 'x.parquet'))
  expect(await failureOf(() => openTable(folder))).toMatchObject({ code: 'schema-mismatch' })
})

test('a column that is not there is told before anything is read, with the nearest name', async () => {
  const { file } = await simpleTable()
  const table = await openTable(file)
  expect(() => table.scan({ columns: ['nmae'] })).toThrow(/no.*nmae|nmae.*Did you mean name\?/)
  expect(() => table.scan({ where: { prise: 3 } })).toThrow(RangeError)
  expect(() => table.scan({ where: { prise: 3 } })).toThrow(/prise.*Did you mean price\?/)
  expect(() => table.scan({ where: { price: { gtee: 3 } } })).toThrow(/no operator gtee. Did you mean gte\?/)
})

test('a value of the wrong type is told before anything is read, with column and type', async () => {
  const { file } = await simpleTable()
  const table = await openTable(file)
  expect(() => table.scan({ where: { id: 'seven' } })).toThrow(TypeError)
  expect(() => table.scan({ where: { id: 'seven' } })).toThrow('Could not filter by id (int32): "seven" is not a number.')
  expect(() => table.scan({ where: { name: { gte: 7 } } })).toThrow('Could not filter by name (string): 7 is not a string.')
  expect(() => table.scan({ where: { price: Number.NaN } })).toThrow(TypeError)
  expect(() => table.files({ where: { id: { in: 7 } } })).toThrow('in takes a list')
})

test('a schema that the files do not have is told with the column', async () => {
  const { file } = await simpleTable()
  const error = await failureOf(() => openTable(file, { schema: { id: 'int64' } }))
  expect(error).toMatchObject({ code: 'schema-mismatch', column: 'id' })
  expect(error.message).toContain('has it as int32')
  expect((await failureOf(() => openTable(file, { schema: { nam: 'string' } }))).message).toContain('Did you mean name?')
})

test('a file that changes or goes while it is scanned is told, and no row of it is made up', async () => {
  const { file } = await simpleTable()
  const table = await openTable(file)
  const rows = table.scan({ batchRows: 100 }).rows()
  await rows.next()
  appendFileSync(file, 'x')
  const error = await failureOf(async () => {
    await openTable(file).catch(() => undefined)
    for await (const row of table.scan().rows()) expect(row).toBeDefined()
  })
  expect(error).toMatchObject({ code: 'file-changed', subject: file, retryable: true })
  rmSync(file)
  expect(await failureOf(() => table.scan().toColumns())).toMatchObject({ code: 'file-changed' })
  await rows.return(undefined)
})

test('a codec that cannot be read is told with file and column', async () => {
  const { file } = await simpleTable()
  await runSql(`copy (select 1::int as id) to '${file}' (format parquet, compression zstd)`)
  const bytes = readFileSync(file)
  // The codec is one byte of the footer: field 4 of the column's metadata, 12 for 6 in zigzag.
  const at = bytes.indexOf(Buffer.from([0x02, 0x69, 0x64, 0x15, 0x0c]))
  expect(at).toBeGreaterThan(0)
  bytes[at + 4] = 3 << 1
  writeFileSync(file, bytes)
  const error = await failureOf(async () => (await openTable(file)).scan().toColumns())
  expect(error).toMatchObject({ code: 'unsupported', subject: file, column: 'id' })
  expect(error.message).toContain('LZO')
})

test('an abort ends a scan with the reason', async () => {
  const { file } = await simpleTable()
  const table = await openTable(file)
  const reason = new Error('enough')
  expect(await failureOf(() => table.scan({ signal: AbortSignal.abort(reason) }).toColumns())).toBe(reason)
})
