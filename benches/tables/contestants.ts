import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/** A program that reads tables. */
export interface Contestant {
  readonly name: string
  /** The script of its side. */
  readonly script: string
  readonly threads: number
}

const cores = availableParallelism()

const side = (name: string): string => join(import.meta.dirname, 'sides', `${name}.ts`)

/** Those that read into memory, Millrace first. What uses all cores is left out where there is one. */
export const contestants: readonly Contestant[] = [
  { name: 'Millrace, 1 thread', script: side('millrace'), threads: 1 },
  { name: 'hyparquet', script: side('hyparquet'), threads: 1 },
  { name: 'DuckDB, 1 thread', script: side('duckdb'), threads: 1 },
  ...(cores > 1
    ? [
        { name: 'Millrace, all cores', script: side('millrace'), threads: cores },
        { name: 'DuckDB, all cores', script: side('duckdb'), threads: cores },
      ]
    : []),
]
