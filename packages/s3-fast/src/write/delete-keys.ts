import type { ClientContext } from '../call/client-context.ts'
import { runInParallel } from '../concurrency/run-in-parallel.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import { type DeleteFailure, deleteObject, deleteObjects } from '../operations/delete-objects.ts'
import { fitsXml } from '../xml/xml-text.ts'

/** What S3 takes in one request. */
const keysPerRequest = 1_000

/**
 * Deletes objects: one request for each 1,000 of a bucket, several at once; a key that no XML can hold takes one of its own. What is not there counts as deleted.
 *
 * @throws S3Error where a key could not be deleted; an AggregateError of them where several could not. The others are deleted.
 */
export async function deleteKeys(
  context: ClientContext,
  keys: readonly string[],
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const places = keys.map((key) => context.location.place(key))
  const [only] = places
  if (!only) return
  if (places.length === 1) return await deleteObject(context.send, { ...only, signal })
  const alone = places.filter(({ key }) => !fitsXml(key))
  await runInParallel(alone, (workSignal) => (place) => deleteObject(context.send, { ...place, signal: workSignal }), {
    width: context.width,
    signal,
  })
  const failures: S3Error[] = []
  await runInParallel(
    batches(alone.length === 0 ? places : places.filter(({ key }) => fitsXml(key))),
    (batchSignal) => async (batch) => {
      const { bucket } = batch
      let keysLeft: readonly string[] = batch.keys
      for (let attempt = 0; keysLeft.length > 0; attempt += 1) {
        const failed = await deleteObjects(context.send, { bucket, keys: keysLeft, signal: batchSignal })
        const again = attempt < 3 ? failed.filter(({ code }) => mayPass.has(code)) : []
        failures.push(...failed.filter((failure) => !again.includes(failure)).map((failure) => toError(bucket, failure)))
        keysLeft = again.map(({ key }) => key)
      }
    },
    { width: context.width, signal },
  )
  if (failures.length === 1 && failures[0]) throw failures[0]
  if (failures.length > 1)
    throw new AggregateError(
      failures,
      `${failures.length} of ${places.length} objects could not be deleted. The first: ${failures[0]?.message}`,
    )
}

const mayPass: ReadonlySet<string> = new Set(['InternalError', 'SlowDown', 'ServiceUnavailable', 'OperationAborted', 'RequestTimeout'])

function toError(bucket: string, { key, code, message }: DeleteFailure): S3Error {
  return new S3Error({
    code: code === 'AccessDenied' ? 'forbidden' : 'server-error',
    message: `s3://${bucket}/${key} could not be deleted: ${message} (${code}).`,
    retryable: mayPass.has(code),
    bucket,
    key,
  })
}

function* batches(places: readonly ObjectPlace[]): Generator<{ readonly bucket: string; readonly keys: readonly string[] }> {
  const byBucket = Map.groupBy(places, ({ bucket }) => bucket)
  for (const [bucket, own] of byBucket) {
    const keys = [...new Set(own.map(({ key }) => key))]
    for (let start = 0; start < keys.length; start += keysPerRequest) yield { bucket, keys: keys.slice(start, start + keysPerRequest) }
  }
}
