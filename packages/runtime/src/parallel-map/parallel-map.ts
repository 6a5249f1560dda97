import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { MillraceError } from '@millrace/core-graph'
import { checkCallback } from './check-callback.ts'
import { nextBatchSize } from './next-batch-size.ts'
import { shareContext } from './share-context.ts'
import type { Batch, BatchResult, ThreadData } from './thread-protocol.ts'

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

/** A callback of {@link parallelMap} failed; `cause` is its error. */
export class ParallelMapError extends MillraceError {
  /** The position of the item, from 0. */
  readonly index: number

  constructor(index: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super('step-failed', `parallelMap failed at item ${index}: ${reason}`, { subject: `item ${index}`, cause })
    this.index = index
  }
}

const isSource = import.meta.url.endsWith('.ts')
// Node calls the loader that the callback's imports go through experimental, on every first use.
const threadFlags = ['--disable-warning=ExperimentalWarning', ...(isSource ? ['--conditions=source'] : [])]
const threadEntry = isSource ? new URL('./thread.ts', import.meta.url) : new URL('./thread.js', import.meta.url)

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
  const source = checkCallback(callback)
  const list = Array.isArray(items) ? (items as readonly Item[]) : [...items]
  const { signal, workers = Math.max(1, Math.min(availableParallelism(), list.length)) } = options
  if (!Number.isSafeInteger(workers) || workers < 1) throw new RangeError(`workers must be a whole number above 0, not ${workers}.`)
  signal?.throwIfAborted()
  if (list.length === 0) return []
  const { value, copyBack } = shareContext(options.context)
  const data: ThreadData = { source, context: value, filename: callerFile() }
  const results = await runThreads(list, data, Math.min(workers, list.length), signal)
  copyBack()
  return results as Awaited<Result>[]
}

async function runThreads(
  items: readonly unknown[],
  data: ThreadData,
  threads: number,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  const results = new Array<unknown>(items.length)
  let next = 0
  const takeBatch = (): Batch | undefined => {
    if (next >= items.length) return undefined
    const start = next
    next += nextBatchSize(items.length - start, threads)
    return { start, items: items.slice(start, next) }
  }
  const workers: Worker[] = []
  const stop = new AbortController()
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  try {
    await Promise.all(
      Array.from({ length: threads }, () => {
        const worker = startThread(data)
        workers.push(worker)
        return driveThread(
          worker,
          takeBatch,
          (start, part) => {
            for (const [offset, result] of part.entries()) results[start + offset] = result
          },
          stopped,
        )
      }),
    )
    return results
  } finally {
    stop.abort()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function startThread(data: ThreadData): Worker {
  try {
    return new Worker(threadEntry, { workerData: data, execArgv: threadFlags })
  } catch (cause) {
    throw new TypeError(
      `parallelMap cannot hand its context to a thread: ${cause instanceof Error ? cause.message : cause}. A context holds data: no functions, no class instances.`,
      { cause },
    )
  }
}

/** Feeds one thread, two batches ahead, until there are no more; settles when it has exited and its output is written. */
function driveThread(
  worker: Worker,
  takeBatch: () => Batch | undefined,
  keep: (start: number, results: readonly unknown[]) => void,
  stopped: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting = 0
    let failedAt = 0
    const feed = (): void => {
      const batch = takeBatch()
      if (batch) {
        waiting += 1
        failedAt = batch.start
        try {
          worker.postMessage(batch)
        } catch (error) {
          reject(new ParallelMapError(batch.start, error))
        }
      } else if (waiting === 0) worker.postMessage('end')
    }
    worker.on('message', (result: BatchResult) => {
      if (result.kind === 'failed') return reject(new ParallelMapError(result.index, result.error))
      keep(result.start, result.results)
      waiting -= 1
      feed()
    })
    worker.on('error', (error) => reject(new ParallelMapError(failedAt, error)))
    worker.on('exit', (code) => {
      if (waiting === 0 && code === 0) resolve()
      else reject(new ParallelMapError(failedAt, new Error(`its thread exited with code ${code}`)))
    })
    stopped.addEventListener('abort', () => reject(stopped.reason), { once: true })
    feed()
    feed()
  })
}

/** The file that called parallelMap: where the callback's imports are looked up. */
function callerFile(): string {
  const own = new URL('.', import.meta.url).href
  const lines = new Error().stack?.split('\n').slice(1) ?? []
  const urls = lines.flatMap((line) => /(file:\/\/[^\s)]+?):\d+:\d+/.exec(line)?.[1] ?? /\((\/[^)]+?):\d+:\d+\)/.exec(line)?.[1] ?? [])
  const url = urls.find((each) => !each.startsWith(own) && !each.startsWith(fileURLToPath(own)))
  if (url === undefined) return `${process.cwd()}/parallel-map.js`
  return url.startsWith('file:') ? fileURLToPath(url) : url
}
