import type { ClientContext } from '../call/client-context.ts'
import { mapInParallel } from '../concurrency/map-in-parallel.ts'
import { runInParallel } from '../concurrency/run-in-parallel.ts'
import type { Destination } from './destination.ts'
import { MemoryBudget } from './memory-budget.ts'
import type { MissingObject } from './object-info.ts'
import { type ObjectRequest, type ReadOptions, readObject, readObjectOrMissing } from './read-objects.ts'
import type { S3Object } from './s3-object.ts'

/** How many objects are read. */
export interface ReadManyOptions extends ReadOptions {
  /** What becomes of an object that is not there. Default `throw`: the call fails with `not-found`. */
  readonly missing?: 'throw' | 'return'
  /** How many bytes of bodies this call keeps in memory; the others go to temporary files. 0: all go to files. Default: the client's. */
  readonly memoryBytes?: number
}

type ObjectRequests = Iterable<string | ObjectRequest>

/** Reads many objects, several at once. The results are in the order of the requests. */
export async function readMany(
  context: ClientContext,
  requests: ObjectRequests,
  options: ReadManyOptions,
): Promise<(S3Object | MissingObject)[]> {
  const memoryBytes = memoryOf(context, options)
  const destination: Destination = memoryBytes === 0 ? 'temporary-file' : new MemoryBudget(memoryBytes)
  const read = options.missing === 'return' ? readObjectOrMissing : readObject
  const begin = (signal: AbortSignal): ((request: string | ObjectRequest) => Promise<S3Object | MissingObject>) => {
    const reading = { checksum: options.checksum, destination, signal }
    return (request) => read(context, request, reading)
  }
  return await mapInParallel(requests, begin, { width: context.width, signal: options.signal })
}

/** Reads many objects, several at once, and yields each when it is there, in whatever order. What was not yet yielded takes no more than the memory allowed. */
export async function* readStream(
  context: ClientContext,
  requests: ObjectRequests | AsyncIterable<string | ObjectRequest>,
  options: ReadManyOptions,
): AsyncGenerator<S3Object | MissingObject> {
  const budget = new MemoryBudget(memoryOf(context, options))
  const read = options.missing === 'return' ? readObjectOrMissing : readObject
  const ready: (S3Object | MissingObject)[] = []
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  let isDone = false
  let wakeReader = (): void => {}
  let wakeWriters = (): void => {}
  let room: Promise<void> | undefined
  const all = runInParallel(
    requests,
    (workSignal) => {
      const reading = { checksum: options.checksum, destination: budget, signal: workSignal }
      return async (request) => {
        ready.push(await read(context, request, reading))
        wakeReader()
        while (ready.length >= context.width() && !workSignal.aborted) {
          room ??= new Promise<void>((resolve) => {
            wakeWriters = resolve
          })
          await room
        }
      }
    },
    { width: context.width, signal },
  ).finally(() => {
    isDone = true
    wakeReader()
  })
  all.catch(() => {})
  try {
    while (true) {
      const next = ready.shift()
      if (next) {
        if (ready.length < context.width()) {
          wakeWriters()
          room = undefined
        }
        if (next.exists) budget.give(next.memoryBytes)
        yield next
      } else if (isDone) break
      else
        await new Promise<void>((resolve) => {
          wakeReader = resolve
        })
    }
    await all
  } finally {
    stop.abort()
    wakeWriters()
    await all.catch(() => {})
  }
}

/** How many bytes of bodies a call may keep in memory. @throws RangeError */
function memoryOf(context: ClientContext, { memoryBytes = context.memoryBytes }: ReadManyOptions): number {
  if (Number.isSafeInteger(memoryBytes) && memoryBytes >= 0) return memoryBytes
  throw new RangeError(`memoryBytes is a whole number of bytes from 0, not ${memoryBytes}.`)
}
