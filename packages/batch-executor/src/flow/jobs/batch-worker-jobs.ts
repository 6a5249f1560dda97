import type { BatchExecutor } from '../../batch-executor.ts'
import { type ContainerOptions, containerDefaults, type Platform } from '../../definitions/container-options.ts'
import { nearestFargateSize } from '../../definitions/fargate-sizes.ts'
import { mergeResources, type ResourceNeeds } from '../../definitions/merge-resources.ts'
import { flowJobName, flowJobParameters } from '../../list/flow-jobs.ts'
import { SubmittedJob } from './submitted-job.ts'
import type { WorkerJob, WorkerJobRequest, WorkerJobs } from './worker-jobs.ts'

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
    const { executor, command, environment, user } = this.#options
    const { flow, run, step, job, workers } = request
    const { container: asked, place, platform, tags } = await this.#container(step, signal)
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

  /** What a step's container is on its queue, and how its jobs are tagged. */
  async #container(step: string, signal: AbortSignal | undefined) {
    const { executor, containerOf } = this.#options
    const { resources, batch } = containerOf(step)
    const place = batch.queue === undefined ? {} : { queue: batch.queue }
    const { platform } = await executor.queueFacts({ ...place, ...(signal && { signal }) })
    return { container: mergeResources(resources, batch, platform), place, platform, tags: batch.tags }
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
