import type { ClientContext } from '../call/client-context.ts'
import { mapInParallel } from '../concurrency/map-in-parallel.ts'
import { type ObjectRequest, type ReadOptions, readObject } from './read-objects.ts'
import type { S3Object } from './s3-object.ts'

/** Reads many objects into files of given paths, several at once. The results are in the order of the entries; the first failure ends the others. */
export function readFiles(
  context: ClientContext,
  entries: Iterable<readonly [request: string | ObjectRequest, path: string]>,
  { checksum, signal }: ReadOptions,
): Promise<S3Object[]> {
  const begin =
    (workSignal: AbortSignal) =>
    ([request, path]: readonly [string | ObjectRequest, string]) =>
      readObject(context, request, { checksum, destination: { path }, signal: workSignal })
  return mapInParallel(entries, begin, { width: context.width, signal })
}
