import type { ArrowTable } from '../arrow/arrow-table.ts'
import { openTable } from '../open/open-table.ts'
import type { ColumnBatch, Scan } from '../scan/scan.ts'
import type { Row, TableSchema } from '../schema/table-types.ts'
import { type QueryPlan, runQuery } from './run-query.ts'

/**
 * The rows of a query, to be read in one of the ways in which a scan is read. Nothing is run before; each way runs the query anew, and removes what it
 * has written when its reader is done or stops.
 */
export class Query<Schema extends TableSchema = TableSchema> implements AsyncIterable<ColumnBatch<Schema>> {
  readonly #plan: QueryPlan
  readonly #schema: Schema | undefined

  /** Made by `sql`. */
  constructor(plan: QueryPlan, schema: Schema | undefined) {
    this.#plan = plan
    this.#schema = schema
  }

  /** Batches of at most 65,536 rows, in the order of the query. @throws as `sql` says */
  async *[Symbol.asyncIterator](): AsyncGenerator<ColumnBatch<Schema>> {
    await using result = await runQuery(this.#plan)
    yield* await this.#scan(result.folder)
  }

  /** Row by row, as objects. */
  async *rows(): AsyncGenerator<Row<Schema>> {
    await using result = await runQuery(this.#plan)
    yield* (await this.#scan(result.folder)).rows()
  }

  /** All rows as one batch, in memory. */
  async toColumns(): Promise<ColumnBatch<Schema>> {
    await using result = await runQuery(this.#plan)
    return await (await this.#scan(result.folder)).toColumns()
  }

  /** All rows as a table of `apache-arrow`, as `Scan.toArrow`. */
  async toArrow(): Promise<ArrowTable> {
    await using result = await runQuery(this.#plan)
    return await (await this.#scan(result.folder)).toArrow()
  }

  async #scan(folder: string): Promise<Scan<Schema>> {
    const { signal } = this.#plan
    const table = await openTable<Schema>(folder, { ...(this.#schema && { schema: this.#schema }), ...(signal && { signal }) })
    // All columns of a schema are the schema, which TypeScript does not see.
    return table.scan(signal ? { signal } : {}) as unknown as Scan<Schema>
  }
}
