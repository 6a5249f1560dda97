import type { ClientContext } from '../call/client-context.ts'
import { mapInParallel } from '../concurrency/map-in-parallel.ts'
import type { PutOptions, PutResult, WriteOptions } from './write-options.ts'

/** Where something is written to, what is, and how it differs from the others. */
export type WriteEntry<Source> = readonly [key: string, source: Source, options?: PutOptions]

/** Writes many objects with `write`, several at once. The results are in the order of the entries; the first failure ends the others. */
export function writeMany<Source>(
  context: ClientContext,
  entries: Iterable<WriteEntry<Source>>,
  { options, write }: { readonly options: WriteOptions; write(entry: WriteEntry<Source>, options: PutOptions): Promise<PutResult> },
): Promise<PutResult[]> {
  const begin = (signal: AbortSignal) => (entry: WriteEntry<Source>) => write(entry, { ...options, ...entry[2], signal })
  return mapInParallel(entries, begin, { width: context.width, signal: options.signal })
}
