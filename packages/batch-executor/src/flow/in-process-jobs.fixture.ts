import { commitTask, readRun, readTask } from '@millrace/artifact-store'
import { type ObjectStore, systemClock } from '@millrace/core-graph'
import type { WorkerFailure, WorkerJob, WorkerJobRequest, WorkerJobState, WorkerJobs } from './jobs/worker-jobs.ts'
import { type Script, ScriptedExecutor } from './scripted-executor.fixture.ts'
import { runWorker } from './worker/run-worker.ts'
import { readWorkerTask } from './worker/worker-task.ts'

/** What happens to a worker instead of running: it never starts, or is killed when its script says so. */
export interface Fate {
  readonly script: Script
  /** Fails the job with these, before any worker begins. */
  readonly refused?: readonly WorkerFailure[]
  /** Never finds a machine. */
  readonly queued?: string
}

/** Jobs whose workers run in this thread. */
export class InProcessJobs implements WorkerJobs {
  readonly requests: WorkerJobRequest[] = []
  readonly ran: string[] = []
  readonly terminated: string[] = []
  readonly #store: ObjectStore
  readonly #fate: Fate

  constructor(store: ObjectStore, fate: Fate) {
    this.#store = store
    this.#fate = fate
  }

  async submit(request: WorkerJobRequest): Promise<WorkerJob> {
    const number = this.requests.push(request) - 1
    const id = `job-${number}`
    const fate = this.#fate
    const stop = new AbortController()
    const terminate = async (): Promise<void> => {
      this.terminated.push(id)
      stop.abort()
    }
    const state = fate.refused
      ? Promise.resolve<WorkerJobState>({ status: 'failed', failures: fate.refused })
      : this.#run(id, request, fate, stop.signal)
    async function* watch(signal: AbortSignal): AsyncIterable<WorkerJobState> {
      yield { status: 'queued', ...(fate.queued === undefined ? {} : { reason: fate.queued }) }
      const ended = await Promise.race([
        state,
        new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
      ])
      if (ended) yield ended
    }
    return { id, watch, terminate, queueReason: async () => fate.queued }
  }

  async #run(
    id: string,
    { workers, environment }: WorkerJobRequest,
    { script, queued }: Fate,
    signal: AbortSignal,
  ): Promise<WorkerJobState> {
    if (queued !== undefined) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return { status: 'failed' }
    }
    const store = this.#store
    const failures: WorkerFailure[] = []
    const work = async (worker: number): Promise<void> => {
      const variables =
        workers === 1 ? { AWS_BATCH_JOB_ID: id } : { AWS_BATCH_JOB_ID: `${id}:${worker}`, AWS_BATCH_JOB_ARRAY_INDEX: String(worker) }
      const { task, me } = readWorkerTask({ ...environment, ...variables, AWS_BATCH_JOB_ATTEMPT: '1' })
      const killed = Promise.withResolvers<never>()
      const executor = new ScriptedExecutor(
        (spec) => {
          const outcome = script(spec)
          if (typeof outcome === 'object' && 'kills' in outcome) {
            // A death takes its time: what the worker has told by then is there.
            setTimeout(() => killed.reject(outcome.kills), 100)
            return new Promise(() => {})
          }
          return outcome
        },
        (record) => commitTask(store, record),
        this.ran,
      )
      const records = {
        latest: ({ flow, run, step, task: name }) => readTask(store, { flow, run, step, task: name }),
        commit: (record) => commitTask(store, record),
        run: (address) => readRun(store, address),
      } satisfies Parameters<typeof runWorker>[0]['records']
      try {
        await Promise.race([runWorker({ store, me, manifest: task, executor, records, clock: systemClock, signal }), killed.promise])
      } catch (failure) {
        failures.push({ ...(failure as WorkerFailure), worker })
      }
    }
    await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
    return failures.length > 0 || signal.aborted ? { status: 'failed', failures } : { status: 'succeeded' }
  }
}
