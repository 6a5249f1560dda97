import type { ThreadData } from './thread-protocol.ts'

/** How {@link parallelMap} runs. */
export interface ParallelMapOptions<Context> {
  /**
   * What the callback needs from outside. Typed arrays over a `SharedArrayBuffer` are shared with no copy, and what a thread writes all can see;
   * those over an `ArrayBuffer` are copied once into shared memory, and back at the end. Anything else is cloned for each thread.
   */
  readonly context?: Context
  /** Threads. Default: the number of cores, at most one for each item. */
  readonly workers?: number
  /** Aborting it ends the threads. */
  readonly signal?: AbortSignal
}

/**
 * Calls `callback(item, context)` for every item, on worker threads, and returns the results in the order of the items. The callback may be async.
 *
 * It runs from its source text: it may use its arguments, globals and `await import(...)`, nothing else. Items and results are cloned between threads.
 *
 * @throws TypeError if the callback uses a name from outside its own body, named in the message, or cannot be read.
 * @throws RangeError if `workers` is no positive whole number.
 * @throws ParallelMapError for the first item that failed; the other threads are ended.
 */
export async function parallelMap<Item, Result, Context = undefined>(
  items: Iterable<Item>,
  callback: (item: Item, context: Context) => Result,
  options: ParallelMapOptions<Context> = {},
): Promise<Awaited<Result>[]> {
  const stack = callStack()
  // Loaded on first use: most tasks never map.
  const [{ availableParallelism }, { callerFile }, { checkCallback }, { packViews }, { shareContext }, { runThreads }] = await Promise.all([
    import('node:os'),
    import('./caller-file.ts'),
    import('./check-callback.ts'),
    import('./large-views.ts'),
    import('./share-context.ts'),
    import('./run-threads.ts'),
  ])
  const source = checkCallback(callback)
  const list = Array.isArray(items) ? (items as readonly Item[]) : [...items]
  const { signal, workers = Math.max(1, Math.min(availableParallelism(), list.length)) } = options
  if (!Number.isSafeInteger(workers) || workers < 1) throw new RangeError(`workers must be a whole number above 0, not ${workers}.`)
  signal?.throwIfAborted()
  if (list.length === 0) return []
  const { value, copyBack } = shareContext(options.context)
  const data: ThreadData = { source, context: packViews(value), filename: callerFile(stack) }
  const results = await runThreads(list, data, Math.min(workers, list.length), signal)
  copyBack()
  return results as Awaited<Result>[]
}

/** The stack of the call, which is gone after the first await. */
function callStack(): string {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, parallelMap)
  return trace.stack ?? ''
}
