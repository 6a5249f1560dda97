import { Worker } from 'node:worker_threads'
import { workerEntries, workerFlags } from '../worker-entries.ts'
import { packViews, unpackViews } from './large-views.ts'
import { nextBatchSize } from './next-batch-size.ts'
import { ParallelMapError } from './parallel-map-error.ts'
import type { Batch, BatchResult, ThreadData } from './thread-protocol.ts'

/** Maps `items` on as many threads, and settles when these have ended. @throws ParallelMapError for the first item that failed. */
export async function runThreads(
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
    return { start, items: packViews(items.slice(start, next)) }
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
    return new Worker(workerEntries.thread, { workerData: data, execArgv: [...workerFlags] })
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
      keep(result.start, unpackViews(result.results) as readonly unknown[])
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
