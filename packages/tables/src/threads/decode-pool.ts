import { Worker } from 'node:worker_threads'
import { ColumnFailure, type DecodedRows, type DecodeJob } from '../decode/decode-job.ts'
import { MalformedData } from '../encodings/malformed-data.ts'
import { type AnswerMessage, type JobMessage, jobTransfers } from './thread-protocol.ts'

interface Waiting {
  readonly resolve: (decoded: DecodedRows) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/** A thread that ended by itself: it ran out of memory, or something ended it. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure'
}

/**
 * Threads that decode. They are started as jobs come, at most `threads`. Without jobs they do not keep the process alive; `close` ends them.
 *
 * Bytes go there and values come back by transfer: the memory moves, and is not copied.
 */
export class DecodePool implements AsyncDisposable {
  readonly #entry: URL
  readonly #flags: readonly string[]
  readonly #maxThreads: number
  readonly #threads = new Set<Thread>()
  #nextId = 0

  constructor({ entry, flags, threads }: { readonly entry: URL; readonly flags: readonly string[]; readonly threads: number }) {
    this.#entry = entry
    this.#flags = flags
    this.#maxThreads = threads
  }

  /** Decodes on the thread with the fewest jobs. The memory of the job's bytes, and of the arrays that it is decoded into, moves there. @throws ColumnFailure, ThreadFailure, and the signal's reason */
  async decode(job: DecodeJob, { signal }: { readonly signal: AbortSignal }): Promise<DecodedRows> {
    signal.throwIfAborted()
    const thread = this.#choose()
    const id = this.#nextId++
    const abort = (): void => this.#settle(thread, { id, act: ({ reject }) => reject(signal.reason) })
    try {
      return await new Promise<DecodedRows>((resolve, reject) => {
        thread.waiting.set(id, { resolve, reject })
        thread.worker.ref()
        signal.addEventListener('abort', abort, { once: true })
        thread.worker.postMessage({ id, job } satisfies JobMessage, jobTransfers(job))
      })
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async close(): Promise<void> {
    const workers = [...this.#threads].map(({ worker }) => worker)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #choose(): Thread {
    const [least] = [...this.#threads].sort((a, b) => a.waiting.size - b.waiting.size)
    if (least && (least.waiting.size === 0 || this.#threads.size >= this.#maxThreads)) return least
    return this.#start()
  }

  #start(): Thread {
    const worker = new Worker(this.#entry, { execArgv: [...this.#flags], name: 'millrace tables' })
    const thread: Thread = { worker, waiting: new Map() }
    this.#threads.add(thread)
    worker.on('message', (answer: AnswerMessage) => this.#settle(thread, { id: answer.id, act: (waiting) => settle(waiting, answer) }))
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('messageerror', (error) => {
      cause = error
      worker.terminate().catch(() => {})
    })
    worker.on('exit', (code) => {
      this.#threads.delete(thread)
      const why = cause instanceof Error ? cause.message : `it ended with code ${code}`
      for (const { reject } of thread.waiting.values()) reject(new ThreadFailure(why, { cause }))
      thread.waiting.clear()
    })
    worker.unref()
    return thread
  }

  #settle(thread: Thread, { id, act }: { readonly id: number; readonly act: (waiting: Waiting) => void }): void {
    const waiting = thread.waiting.get(id)
    // One that was aborted is answered too late.
    if (!waiting) return
    thread.waiting.delete(id)
    if (thread.waiting.size === 0) thread.worker.unref()
    act(waiting)
  }
}

function settle({ resolve, reject }: Waiting, answer: AnswerMessage): void {
  if (answer.kind === 'decoded') resolve(answer.decoded)
  else if (answer.column === undefined) reject(new ThreadFailure(answer.message))
  else reject(new ColumnFailure(answer.column, new MalformedData(answer.message)))
}
