// Reads a file with DuckDB and copies its vectors into typed arrays: `node duckdb.ts <work> <file> <threads>`.
import { DuckDBInstance } from '@duckdb/node-api'
import { measureReading } from './measure-reading.ts'

const [, , work = '', path = '', threads = '1'] = process.argv
const instance = await DuckDBInstance.create(':memory:', { threads })
const connection = await instance.connect()

await measureReading(async () => {
  const counted = await connection.runAndReadAll(`select num_rows from parquet_file_metadata('${path}')`)
  const rows = Number(counted.getRows()[0]?.[0])
  const numbers = [new BigInt64Array(rows), new Int32Array(rows), new Float64Array(rows), new Float64Array(rows)] as const
  const texts: (string | null)[] = work === 'all' ? new Array(rows) : []
  const columns = `id, quantity, price, amount${work === 'all' ? ', country' : ''}`
  const result = await connection.stream(`select ${columns} from read_parquet('${path}')`)
  let at = 0
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [index, into] of numbers.entries()) {
      // The vector's own array, which its types keep private; its public face makes a JavaScript value of each number, and is several times slower.
      const { items } = chunk.getColumnVector(index) as unknown as { readonly items: unknown }
      ;(into as { set(from: unknown, at: number): void }).set(items, at)
    }
    if (work === 'all') {
      const values = chunk.getColumnValues(4)
      for (let index = 0; index < values.length; index += 1) texts[at + index] = values[index] as string | null
    }
    at += chunk.rowCount
  }
  return { numbers, texts }
})
connection.closeSync()
instance.closeSync()
