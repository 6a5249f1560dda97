import type { ColumnType } from './column-type.ts'

/** A column of a table. */
export interface Field {
  readonly name: string
  readonly type: ColumnType
  readonly isNullable: boolean
  /** Whether it comes from the names of folders and not from the files. */
  readonly isPartition: boolean
}
