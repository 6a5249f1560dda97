import { adoptEarlyWorker } from './early-worker.ts'
import { type WorkerOptions, WorkerProcess, type WorkerResult } from './worker-process.ts'

const maxGrowthBytes = 512 * 2 ** 20

/** A worker and what must be remembered of it. */
export interface PooledWorker {
  readonly process: WorkerProcess
  /** The environment that it was started with, as a key. */
  readonly environmentKey: string
  /** Its memory after its first task. */
  firstResidentBytes: number | undefined
}

/** What a worker is started for. */
export type Environment = Readonly<Record<string, string>> | undefined

/** What a pool starts its workers with, and how many. */
export interface WorkerPoolOptions extends Omit<WorkerOptions, 'environment'> {
  readonly maxWorkers: number
  /** A new process for every task. */
  readonly isolate: boolean
}

/** Warm workers, at most `maxWorkers` of them alive at a time. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions
  #idle: PooledWorker[] = []
  readonly #busy = new Set<PooledWorker>()
  readonly #ending = new Set<Promise<void>>()

  constructor(options: WorkerPoolOptions) {
    this.#options = options
    const early = adoptEarlyWorker(options.moduleUrl)
    if (early) this.#idle.push({ process: early, environmentKey: '', firstResidentBytes: undefined })
  }

  /** Whether a task can start now. */
  get hasRoom(): boolean {
    return this.#busy.size < this.#options.maxWorkers
  }

  /** A worker with this environment: a warm one if there is one, else a new one, in the place of another idle one where the pool is full. */
  take(environment: Environment): PooledWorker {
    // One may have been killed while it had nothing to do.
    for (const dead of this.#idle.filter((worker) => !worker.process.isIdle)) this.#end(dead)
    this.#idle = this.#idle.filter((worker) => worker.process.isIdle)
    const environmentKey = environment ? JSON.stringify(Object.entries(environment).sort()) : ''
    const position = this.#idle.findLastIndex((worker) => worker.environmentKey === environmentKey)
    const warm = position < 0 ? undefined : this.#idle.splice(position, 1)[0]
    if (!warm && this.#busy.size + this.#idle.length >= this.#options.maxWorkers) {
      const surplus = this.#idle.shift()
      if (surplus) this.#end(surplus)
    }
    const worker = warm ?? this.#start(environment, environmentKey)
    this.#busy.add(worker)
    return worker
  }

  /** Starts one worker ahead of the first task. */
  warm(): void {
    if (this.#idle.length + this.#busy.size === 0) this.#idle.push(this.#start(undefined, ''))
  }

  /** Takes a worker back after a task: for the next one, or to be replaced when it failed, left work running, closed a stream, or has grown by 512 MiB. */
  giveBack(worker: PooledWorker, result: WorkerResult): void {
    this.#busy.delete(worker)
    if (!this.#options.isolate && isHealthy(worker, result)) this.#idle.push(worker)
    else this.#end(worker)
  }

  /** Ends all workers, busy ones too. Idempotent. */
  async close(): Promise<void> {
    for (const worker of [...this.#busy, ...this.#idle.splice(0)]) this.#end(worker)
    await Promise.all(this.#ending)
  }

  #start(environment: Environment, environmentKey: string): PooledWorker {
    return {
      process: new WorkerProcess({ ...this.#options, ...(environment ? { environment } : {}) }),
      environmentKey,
      firstResidentBytes: undefined,
    }
  }

  #end(worker: PooledWorker): void {
    const ending = worker.process.stop().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}

function isHealthy(worker: PooledWorker, result: WorkerResult): boolean {
  if (result.kind === 'exit') return false
  const { record, leftOver, fenced, residentBytes } = result.message
  worker.firstResidentBytes ??= residentBytes
  return (
    record.status === 'succeeded' &&
    leftOver.length === 0 &&
    fenced.stdout &&
    fenced.stderr &&
    residentBytes - worker.firstResidentBytes < maxGrowthBytes
  )
}
