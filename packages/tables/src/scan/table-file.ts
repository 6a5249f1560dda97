import type { SourceFile } from '../bytes/byte-source.ts'
import type { Comparable } from '../where/comparable.ts'

/** A file of a table and the partition it is in. */
export interface TableFile {
  readonly file: SourceFile
  /** By the name of the partition column; `null` is null. */
  readonly partition: ReadonlyMap<string, Comparable | null>
}
