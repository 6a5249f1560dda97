import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FolderSource } from '../bytes/folder-source.ts'
import { runSql, temporaryFolder } from '../duckdb.fixture.ts'
import { openTableFrom } from '../open/open-table-from.ts'
import { runsSources, sourceFlags } from '../source-flags.fixture.ts'
import { TablesError } from '../tables-error.ts'
import { writeTable } from '../write/write-table.ts'
import { DecodePool, ThreadFailure } from './decode-pool.ts'

const run = promisify(execFile)

/** The threads that a test has started, in order. */
let started: Worker[] = []
let ended = 0
const onWorker = (worker: Worker): void => {
  started.push(worker)
  worker.once('exit', () => {
    ended += 1
  })
}

beforeEach(() => {
  started = []
  ended = 0
  process.on('worker', onWorker)
})
afterEach(() => {
  process.off('worker', onWorker)
})

/** Ten row groups with numbers, nulls, texts, truth values and lists. */
async function writeRows(): Promise<string> {
  const folder = temporaryFolder()
  await runSql(
    `copy (select i, i / 7.0 as x, case when i % 3 = 0 then null else i::int end as n, 'text ' || (i % 50) as s, 'only ' || i as u, i % 2 = 0 as b,
      decode(encode('é')) || i as t, (i / 10)::decimal(9, 1) as d from range(20480) r(i))
      to '${folder}/one.parquet' (format parquet, row_group_size 2048, compression snappy)`,
  )
  return folder
}

async function open(folder: string, threads = 2) {
  return await openTableFrom(new FolderSource(), folder, { threads, leastThreadBytes: 0 })
}

test('two threads give what one gives: all columns, row by row, and those that match', async () => {
  const folder = await writeRows()
  const [one, two] = [await open(folder, 1), await open(folder)]
  const expected = await one.scan().toColumns()
  expect(started).toHaveLength(0)
  const actual = await two.scan().toColumns()
  expect(started).toHaveLength(2)
  expect(ended).toBe(2)
  expect(actual.rowCount).toBe(20_480)
  for (const [name, column] of Object.entries(expected.columns)) expect(actual.columns[name]?.toArray(), name).toEqual(column.toArray())
  const where = { n: { gte: 9000 }, s: ['text 7', 'text 8'], b: true }
  const rowsOf = async (table: typeof one) => {
    const rows: unknown[] = []
    for await (const row of table.scan({ where, columns: ['i', 's', 't'], batchRows: 300 }).rows()) rows.push(row)
    return rows
  }
  const rows = await rowsOf(two)
  expect(rows.length).toBeGreaterThan(100)
  expect(rows).toEqual(await rowsOf(one))
})

test('threads end with the scan: when its reader stops early, when it is aborted, and when it fails', async () => {
  const folder = await writeRows()
  const table = await open(folder)
  for await (const { rowCount } of table.scan()) {
    expect(rowCount).toBe(2048)
    break
  }
  expect([started.length, ended]).toEqual([2, 2])
  const stop = new AbortController()
  const reason = new Error('enough')
  const aborted = async (): Promise<void> => {
    for await (const { rowCount } of table.scan({ signal: stop.signal })) {
      expect(rowCount).toBe(2048)
      stop.abort(reason)
    }
  }
  await expect(aborted()).rejects.toBe(reason)
  expect([started.length, ended]).toEqual([4, 4])
  const path = join(folder, 'one.parquet')
  const bytes = readFileSync(path)
  bytes.fill(0xff, 300, 2000)
  writeFileSync(path, bytes)
  const damaged = await open(folder)
  const failure = await damaged
    .scan()
    .toColumns()
    .then(
      () => undefined,
      (error: unknown) => error,
    )
  expect(failure).toBeInstanceOf(TablesError)
  expect(failure).toMatchObject({ code: 'corrupt-file', subject: path, column: 'i' })
  expect(ended).toBe(started.length)
})

test('a small scan starts no thread', async () => {
  const folder = await writeRows()
  const table = await openTableFrom(new FolderSource(), folder, { threads: 2 })
  await table.scan().toColumns()
  expect(started).toHaveLength(0)
})

test('a thread that ends by itself fails its jobs and no others', async () => {
  const entry = join(temporaryFolder(), 'ends.mjs')
  writeFileSync(entry, "import { parentPort } from 'node:worker_threads'\nparentPort.once('message', () => process.exit(3))\n")
  await using pool = new DecodePool({ entry: pathToFileURL(entry), flags: [], threads: 1 })
  const job = { columns: [], wanted: [], predicates: [], limit: 1 }
  const { signal } = new AbortController()
  await expect(pool.decode(job, { signal })).rejects.toThrow(new ThreadFailure('it ended with code 3'))
  await expect(pool.decode(job, { signal })).rejects.toThrow(ThreadFailure)
  expect(started).toHaveLength(2)
})

test.runIf(runsSources)('a scan that nobody reads to its end does not keep its process', async () => {
  const folder = await writeRows()
  const script = join(temporaryFolder(), 'leave.mjs')
  const from = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
  writeFileSync(
    script,
    `import { FolderSource } from ${from('../bytes/folder-source.ts')}
     import { openTableFrom } from ${from('../open/open-table-from.ts')}
     let threads = 0
     process.on('worker', () => { threads += 1 })
     const table = await openTableFrom(new FolderSource(), ${JSON.stringify(folder)}, { threads: 2, leastThreadBytes: 0 })
     const { value } = await table.scan()[Symbol.asyncIterator]().next()
     console.log(value.rowCount, threads)`,
  )
  const { stdout } = await run(process.execPath, [...sourceFlags, '--disable-warning=ExperimentalWarning', script])
  expect(stdout).toBe('2048 2\n')
})

test.runIf(runsSources)('a program that is bundled into one file decodes on its own thread', async () => {
  const folder = temporaryFolder()
  const rows = 5_000
  await writeTable(
    join(folder, 'table'),
    { x: new Float64Array(rows).fill(1.5), y: new BigInt64Array(rows).fill(3n) },
    { compression: 'none' },
  )
  const outfile = join(folder, 'bundle.mjs')
  const contents = `import { openTableFrom } from '../open/open-table-from.ts'
    import { FolderSource } from '../bytes/folder-source.ts'
    let threads = 0
    process.on('worker', () => { threads += 1 })
    const table = await openTableFrom(new FolderSource(), ${JSON.stringify(join(folder, 'table'))}, { threads: 2, leastThreadBytes: 0 })
    const { columns } = await table.scan().toColumns()
    console.log(columns.x.values.length, columns.y.values[4999], threads)`
  const resolveDir = import.meta.dirname
  await build({ stdin: { contents, resolveDir, loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' })
  const child = execFile(process.execPath, [outfile])
  let output = ''
  child.stdout?.on('data', (text: string) => {
    output += text
  })
  const [code] = await once(child, 'close')
  expect([code, output]).toEqual([0, '5000 3n 0\n'])
})
