import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** How pages are compressed. */
export type Codec = 'zstd' | 'snappy'

/** Five columns: numbers in a row, few distinct, many distinct and random ones, and a text of 30. Row groups of 122,880 rows, DuckDB's own. */
function selectRows(rows: number): string {
  return `select i as id, (i * 7919 % 100)::int as quantity, round(random() * 1000, 2) as price, random() as amount,
    'country ' || (i * 31 % 30) as country from range(${rows}) r(i)`
}

async function runSql(statement: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run(statement)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Writes one file and gives its path. */
export async function writeRows(folder: string, { rows, codec }: { readonly rows: number; readonly codec: Codec }): Promise<string> {
  const path = join(folder, `${rows}-${codec}.parquet`)
  await runSql(`copy (${selectRows(rows)}) to '${path}' (format parquet, compression ${codec})`)
  return path
}

/** Writes 1,000,000 rows in 100 partitions by `day`, and gives their folder. */
export async function writePartitions(folder: string): Promise<string> {
  const path = join(folder, 'partitions')
  mkdirSync(path)
  const rows = `select *, id % 100 as day from (${selectRows(1_000_000)})`
  await runSql(`copy (${rows}) to '${path}' (format parquet, compression zstd, partition_by (day))`)
  return path
}
