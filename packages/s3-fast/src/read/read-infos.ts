import type { ClientContext } from '../call/client-context.ts'
import { mapInParallel } from '../concurrency/map-in-parallel.ts'
import { S3Error } from '../errors/s3-error.ts'
import { headObject } from '../operations/head-object.ts'
import { type MissingObject, ObjectInfo } from './object-info.ts'
import { missingObject } from './read-objects.ts'

/** How many objects are looked up. */
export interface InfoManyOptions {
  /** What becomes of an object that is not there. Default `throw`: the call fails with `not-found`. */
  readonly missing?: 'throw' | 'return'
  readonly signal?: AbortSignal
}

/** What is known of an object, without its body: one HEAD. */
export async function readInfo(
  { location, send }: ClientContext,
  key: string,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<ObjectInfo> {
  const place = location.place(key)
  return new ObjectInfo(key, { place, head: await headObject(send, { ...place, signal }) })
}

/** The same of many objects, in the order of the keys. */
export function readInfos(
  context: ClientContext,
  keys: Iterable<string>,
  { missing = 'throw', signal }: InfoManyOptions,
): Promise<(ObjectInfo | MissingObject)[]> {
  const begin = (workSignal: AbortSignal) => async (key: string) => {
    try {
      return await readInfo(context, key, { signal: workSignal })
    } catch (error) {
      if (missing === 'throw' || !S3Error.is(error, 'not-found')) throw error
      return missingObject(context, key)
    }
  }
  return mapInParallel(keys, begin, { width: context.width, signal })
}
