import type { TableFile } from '../scan/table-file.ts'

/** A text that two partitions share only where all their values are the same. */
export function partitionKey(partition: TableFile['partition']): string {
  return JSON.stringify(
    [...partition.values()].map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value === null ? null : `#${value}`,
    ),
  )
}
