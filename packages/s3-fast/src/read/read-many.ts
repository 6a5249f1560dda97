import type { ClientContext } from '../call/client-context.ts'
import { runInParallel } from '../call/run-in-parallel.ts'
import { MemoryBudget } from './memory-budget.ts'
import type { MissingObject } from './object-info.ts'
import { type Destination, type ObjectRequest, type ReadOptions, readObject, readObjectOrMissing } from './read-objects.ts'
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
  const results: (S3Object | MissingObject)[] = []
  const destination = destinationOf(context, options)
  const read = options.missing === 'return' ? readObjectOrMissing : readObject
  await runInParallel(
    requests,
    (signal) => {
      const reading = { checksum: options.checksum, destination, signal }
      return async (request, index) => {
        results[index] = await read(context, request, reading)
      }
    },
    { width: context.width, signal: options.signal },
  )
  return results
}

/** Reads many objects, several at once, and yields each when it is there, in whatever order. What was not yet yielded takes no more than the memory allowed. */
export async function* readStream(
  context: ClientContext,
  requests: ObjectRequests | AsyncIterable<string | ObjectRequest>,
  options: ReadManyOptions,
): AsyncGenerator<S3Object | MissingObject> {
  const budget = new MemoryBudget(options.memoryBytes ?? context.memoryBytes)
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

function destinationOf(context: ClientContext, { memoryBytes = context.memoryBytes }: ReadManyOptions): Destination {
  if (!(Number.isSafeInteger(memoryBytes) && memoryBytes >= 0))
    throw new RangeError(`memoryBytes is a whole number of bytes from 0, not ${memoryBytes}.`)
  return memoryBytes === 0 ? 'temporary-file' : new MemoryBudget(memoryBytes)
}
