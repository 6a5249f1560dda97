import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkerFailure, WorkerJob, WorkerJobRequest, WorkerJobState, WorkerJobs } from '@millrace/batch-executor/flow'

/** Jobs whose workers are processes of this machine, with an environment from scratch, that run an unpacked code package. */
export class ProcessJobs implements WorkerJobs {
  readonly requests: WorkerJobRequest[] = []
  /** All that the workers themselves have printed. */
  output = ''
  readonly #folder: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #running = new Set<ChildProcess>()

  constructor(folder: string, environment: Readonly<Record<string, string>> = {}) {
    this.#folder = folder
    this.#environment = environment
  }

  /** The workers that run. */
  get pids(): readonly number[] {
    return [...this.#running].flatMap(({ pid }) => pid ?? [])
  }

  async submit(request: WorkerJobRequest): Promise<WorkerJob> {
    const id = `job-${this.requests.push(request)}`
    const children: ChildProcess[] = []
    const ended = Promise.all(Array.from({ length: request.workers }, (_, worker) => this.#start(id, request, worker, children)))
    async function* watch(signal: AbortSignal): AsyncIterable<WorkerJobState> {
      yield { status: 'running' }
      const failures = await Promise.race([
        ended,
        new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
      ])
      if (!failures) return
      const failed = failures.flatMap((failure) => failure ?? [])
      yield failed.length > 0 ? { status: 'failed', failures: failed } : { status: 'succeeded' }
    }
    const terminate = async (): Promise<void> => {
      for (const child of children) child.kill('SIGTERM')
    }
    return { id, watch, terminate, queueReason: async () => undefined }
  }

  #start(
    id: string,
    { workers, environment }: WorkerJobRequest,
    worker: number,
    children: ChildProcess[],
  ): Promise<WorkerFailure | undefined> {
    const cwd = mkdtempSync(join(tmpdir(), 'millrace-worker-'))
    const array = workers > 1 ? { AWS_BATCH_JOB_ARRAY_INDEX: String(worker) } : {}
    const env = {
      ...this.#environment,
      ...environment,
      ...array,
      AWS_BATCH_JOB_ID: workers > 1 ? `${id}:${worker}` : id,
      AWS_BATCH_JOB_ATTEMPT: '1',
    }
    const child = spawn(process.execPath, [join(this.#folder, 'container.js')], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    children.push(child)
    this.#running.add(child)
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.output += chunk))
    return new Promise((resolve) => {
      child.on('close', (code, signal) => {
        this.#running.delete(child)
        rmSync(cwd, { recursive: true, force: true })
        const error = { name: 'MillraceError', code: 'executor-lost', message: `The worker ended with ${code ?? signal}.` }
        resolve(code === 0 || code === 1 ? undefined : { worker, reason: 'killed', infrastructure: signal === 'SIGKILL', error })
      })
    })
  }
}
