import type { S3 } from '@millrace/s3-fast'
import type { TableSchema } from '../schema/table-types.ts'

/** How a table is opened. */
export interface OpenOptions<Schema extends TableSchema> {
  /**
   * What columns are. It types the table, is compared with the files, and says what partition columns are, which otherwise is inferred: `int32` or
   * `int64` for whole numbers without zeros in front, `date` for dates, else `string`. Columns that it leaves out are there all the same.
   */
  readonly schema?: Schema
  /** The client for `s3://` locations, without a root; the caller closes it. Default: one of the table's own, with AWS's defaults. */
  readonly s3?: S3
  /**
   * How many threads a scan may decode on. They are started when a scan turns out to be large, and end with it. Default: as many as there are cores, at
   * most 8. With 1 the calling thread decodes.
   */
  readonly threads?: number
  readonly signal?: AbortSignal
}
