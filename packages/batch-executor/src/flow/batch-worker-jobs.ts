import type { BatchExecutor } from '../batch-executor.ts'
import { systemClock } from '../clock.ts'
import { type ContainerOptions, containerDefaults, type Platform } from '../definitions/container-options.ts'
import { nearestFargateSize } from '../definitions/fargate-sizes.ts'
import { mergeResources, type ResourceNeeds } from '../definitions/merge-resources.ts'
import type { JobFailure } from '../failures/classify-failure.ts'
import type { Job } from '../jobs/job.ts'
import type { JobSnapshot } from '../jobs/job-snapshot.ts'
import { hasBegun } from '../jobs/queue-time.ts'
import { flowJobName, flowJobParameters } from '../list/flow-jobs.ts'
import type { WorkerFailure, WorkerJob, WorkerJobRequest, WorkerJobState, WorkerJobs } from './worker-jobs.ts'

/** Most jobs end well, and their workers tell so: AWS is asked only of one that takes longer. */
const firstLookMs = 1_500
/** Lines that are told of what a container has written. */
const mostWords = 5

/** What a step asks of its container. */
export interface StepContainer {
  readonly resources: ResourceNeeds
  readonly batch: Partial<ContainerOptions> & ResourceNeeds & { readonly queue?: string; readonly tags?: Readonly<Record<string, string>> }
}

/** What jobs are submitted with. */
export interface BatchWorkerJobsOptions {
  /** Who owns it closes it. */
  readonly executor: BatchExecutor
  readonly containerOf: (step: string) => StepContainer
  /** What every worker runs first. */
  readonly command: () => Promise<readonly string[]>
  /** Variables of every container; no secrets. */
  readonly environment: Readonly<Record<string, string>>
  /** Whose jobs they are, for `batch list`. */
  readonly user: string
}

/** Workers as jobs of AWS Batch: one job for a step, an array where it has several workers. */
export class BatchWorkerJobs implements WorkerJobs {
  readonly #options: BatchWorkerJobsOptions

  constructor(options: BatchWorkerJobsOptions) {
    this.#options = options
  }

  /** Looks whether what a step asks for can be had where it is to run. @throws RangeError with every problem, a line each; BatchError where the queue cannot be used. */
  async check(step: string, signal?: AbortSignal): Promise<void> {
    const { container, place } = await this.#container(step, signal)
    await this.#options.executor.check({ ...container, ...place }, signal && { signal })
  }

  async submit(request: WorkerJobRequest, signal: AbortSignal): Promise<WorkerJob> {
    const { executor, containerOf, command, environment, user } = this.#options
    const { tags } = containerOf(request.step).batch
    const { flow, run, step, job, workers } = request
    const { container: asked, place, platform } = await this.#container(step, signal)
    const container = grown(asked, request.memoryFactor, platform)
    const submitted = await executor.submit({
      ...container,
      ...place,
      name: flowJobName({ flow, run, step }),
      id: job,
      size: workers,
      command: await command(),
      commandIn: 'definition',
      env: { ...environment, ...request.environment, MILLRACE_MEMORY_MB: String(container.memory ?? containerDefaults.memory) },
      parameters: flowJobParameters({ flow, run, step, user }),
      ...(tags ? { tags } : {}),
      signal,
    })
    return new SubmittedJob(submitted, { step, places: (ofSignal) => executor.places({ ...place, signal: ofSignal }) })
  }

  /** What a step's container is on its queue. */
  async #container(step: string, signal: AbortSignal | undefined) {
    const { executor, containerOf } = this.#options
    const { resources, batch } = containerOf(step)
    const place = batch.queue === undefined ? {} : { queue: batch.queue }
    const { platform } = await executor.queueFacts({ ...place, ...(signal && { signal }) })
    return { container: mergeResources(resources, batch, platform), place, platform }
  }
}

class SubmittedJob implements WorkerJob {
  readonly #job: Job
  readonly #step: string
  readonly #places: (signal: AbortSignal) => Promise<ReadonlyMap<string, number>>

  constructor(
    job: Job,
    { step, places }: { readonly step: string; readonly places: (signal: AbortSignal) => Promise<ReadonlyMap<string, number>> },
  ) {
    this.#job = job
    this.#step = step
    this.#places = places
  }

  get id(): string {
    return this.#job.id
  }

  async *watch(signal: AbortSignal): AsyncGenerator<WorkerJobState, void, void> {
    try {
      await systemClock.sleep(firstLookMs, signal)
      for await (const snapshot of this.#job.changes({ signal })) yield await this.#state(snapshot, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async queueReason(signal: AbortSignal): Promise<string | undefined> {
    const [reason, places] = await Promise.all([this.#job.queueReason({ signal }), this.#places(signal)])
    const place = places.get(this.id)
    const words = [reason ?? [], place === undefined ? [] : `it is number ${place} in its queue`].flat()
    return words.length > 0 ? words.join(', ') : undefined
  }

  async terminate(reason: string, signal: AbortSignal): Promise<void> {
    const { failed } = await this.#job.terminate(reason, { waitMs: 0, signal })
    if (failed[0]) throw failed[0].error
  }

  async #state(snapshot: JobSnapshot, signal: AbortSignal): Promise<WorkerJobState> {
    const { status, statusReason } = snapshot
    if (status === 'succeeded') return { status }
    if (status !== 'failed')
      return { status: hasBegun(snapshot) ? 'running' : 'queued', ...(statusReason === undefined ? {} : { reason: statusReason }) }
    const { failure, failures } = await this.#job.wait({ signal })
    // What kept the program from beginning is in its own words, and the same for each worker.
    const words = failure?.kind === 'bootstrap' ? await this.#firstWords(failures?.[0]?.index, signal) : undefined
    const toFailure = (each: JobFailure): WorkerFailure =>
      workerFailure(words === undefined ? each : { ...each, advice: words }, this.#step)
    const children = (failures ?? []).map((child) => ({ worker: child.index, ...toFailure(child) }))
    const whole = failure ? [toFailure(failure)] : []
    // A job of one worker is that worker.
    return { status, failures: failures ? [...children, ...whole] : whole.map((each) => ({ worker: 0, ...each })) }
  }

  /** What the container has written before it gave up, at most a few lines; nothing where that cannot be had. */
  async #firstWords(child: number | undefined, signal: AbortSignal): Promise<string | undefined> {
    const lines: string[] = []
    try {
      const job = child === undefined ? this.#job : this.#job.child(child)
      for await (const { text } of job.logs({ follow: false, signal })) if (lines.push(text) === mostWords) break
    } catch {
      // The failure is told without them.
    }
    if (lines.length === 0) return undefined
    return lines.length === 1 ? `It wrote: ${lines[0]}` : `It wrote:\n${lines.join('\n')}`
  }
}

/** What the container gets when an attempt has run out of memory before. */
function grown<Container extends { readonly cpu?: number; readonly memory?: number }>(
  container: Container,
  factor: number,
  platform: Platform,
): Container {
  if (factor === 1) return container
  const cpu = container.cpu ?? containerDefaults.cpu
  const memory = Math.ceil((container.memory ?? containerDefaults.memory) * factor)
  const size = platform === 'FARGATE' ? nearestFargateSize(cpu, memory) : undefined
  return { ...container, cpu: size?.cpu ?? cpu, memory: size?.memoryMiB ?? memory }
}

/** The platform's own trouble, after which the same work may well succeed. */
const infrastructure: ReadonlySet<JobFailure['kind']> = new Set(['host-lost', 'temporary', 'image-not-pulled', 'not-started'])
const begun: ReadonlySet<JobFailure['kind']> = new Set([
  'cancelled',
  'exited',
  'host-lost',
  'killed',
  'out-of-memory',
  'temporary',
  'timeout',
])

function workerFailure({ kind, message, advice, retryable, exitCode }: JobFailure, step: string): WorkerFailure {
  const reason = kind === 'out-of-memory' || kind === 'timeout' || kind === 'exited' ? kind : begun.has(kind) ? 'killed' : 'launch-failed'
  const code = kind === 'out-of-memory' || kind === 'timeout' ? kind : 'executor-lost'
  return {
    reason,
    // SIGTERM that AWS Batch knows nothing of comes from the machine, as when it is taken away.
    infrastructure: (retryable && infrastructure.has(kind)) || (kind === 'killed' && exitCode === 143),
    ...(reason === 'launch-failed' && !retryable ? { final: true } : {}),
    error: {
      name: 'MillraceError',
      code,
      message: `Lost the step ${step}: ${message.charAt(0).toLowerCase()}${message.slice(1)} ${advice}`,
    },
  }
}
