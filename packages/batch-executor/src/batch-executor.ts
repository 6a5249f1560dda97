import { Aws, CallFault } from './client/aws.ts'
import type { Connection } from './client/connection.ts'
import { createSdkConnection } from './client/sdk-connection.ts'
import { type Clock, systemClock } from './clock.ts'
import { checkContainerOptions } from './definitions/check-container-options.ts'
import type { ContainerOptions } from './definitions/container-options.ts'
import { DefinitionRegister } from './definitions/definition-register.ts'
import { jobDefinition } from './definitions/job-definition.ts'
import { DiskCache, usersCacheFolder } from './disk-cache.ts'
import { Job } from './jobs/job.ts'
import type { JobSnapshot } from './jobs/job-snapshot.ts'
import { jobsNamed } from './list/jobs-named.ts'
import { describeJobs, type JobSummary, type ListOptions, listJobs } from './list/list-jobs.ts'
import { JobPoller } from './poll/job-poller.ts'
import { QueueDirectory } from './queues/queue-directory.ts'
import type { QueueFacts } from './queues/queue-facts.ts'
import { queuePlaces } from './queues/queue-places.ts'
import type { JobOptions } from './submit/job-options.ts'
import { submission } from './submit/submission.ts'
import { isUnknownDefinition, submitJob } from './submit/submit-job.ts'
import { type TerminateOptions, type TerminateResult, terminateJobs } from './terminate/terminate-jobs.ts'

/** What an executor is made with. */
export interface BatchExecutorOptions {
  /** The name or ARN of the queue that jobs go to. */
  readonly queue: string
  /** The image of jobs that name none. Default `node:24-slim`. */
  readonly image?: string
  /** The ARN of the role that the code in a container has, unless a job says otherwise. */
  readonly jobRole?: string
  /** The ARN of the role that pulls images and writes logs, unless a job says otherwise. */
  readonly executionRole?: string
  /** Default as for every AWS tool: `AWS_REGION`, the profile. */
  readonly region?: string
  /** The address of AWS Batch and of CloudWatch Logs. Default as for every AWS tool: `AWS_ENDPOINT_URL_BATCH` and its like, else AWS. */
  readonly endpoint?: string
  /** The address of CloudWatch Logs where it is another one. */
  readonly logsEndpoint?: string
  /** Where queues and job definitions are remembered between processes. Default `$XDG_CACHE_HOME/millrace/batch`; `false` for nowhere. */
  readonly cacheFolder?: string | false
  /** The shortest time between two looks at jobs, or at a log, in milliseconds; it eases to ten times that, for a log to five times. Default 1,000. */
  readonly pollIntervalMs?: number
  /** Another way to AWS than the SDK. Then `region` and the endpoints say nothing. */
  readonly connection?: Connection
  readonly clock?: Clock
}

/** The image of jobs that name none. */
const defaultImage = 'node:24-slim'

/**
 * Jobs on one queue of AWS Batch, and on others where a job says so.
 *
 * The AWS SDK is imported with the first call. One poller looks at all jobs that are waited for; one limit paces all calls. Closing an executor ends its poller and connections, and no job.
 */
export class BatchExecutor implements AsyncDisposable {
  readonly #options: BatchExecutorOptions
  readonly #aws: Aws
  readonly #poller: JobPoller
  readonly #queues: QueueDirectory
  readonly #definitions: DefinitionRegister
  readonly #endpoint: string

  /** @throws TypeError where there is no queue. */
  constructor(options: BatchExecutorOptions) {
    if (typeof options.queue !== 'string' || options.queue === '')
      throw new TypeError('A BatchExecutor needs the name or ARN of a queue: new BatchExecutor({ queue: "my-queue" }).')
    this.#options = options
    this.#endpoint = options.endpoint ?? process.env.AWS_ENDPOINT_URL_BATCH ?? process.env.AWS_ENDPOINT_URL ?? ''
    this.#aws = new Aws(options.connection ?? createSdkConnection(options), options.clock ?? systemClock)
    this.#poller = new JobPoller(this.#aws, { fastestMs: options.pollIntervalMs ?? 1_000 })
    const disk = new DiskCache(options.cacheFolder === false ? undefined : (options.cacheFolder ?? usersCacheFolder()))
    this.#queues = new QueueDirectory(this.#aws, disk, this.#endpoint)
    this.#definitions = new DefinitionRegister(this.#aws, disk)
  }

  /** Calls to AWS that were made so far. */
  get callCount(): number {
    return this.#aws.callCount
  }

  /**
   * Submits a job, or an array of them, once, also where AWS's answer is lost.
   * One call where this machine knows the queue and the job definition; up to four calls more where it does not.
   *
   * @throws TypeError or RangeError, before anything is submitted, for what AWS Batch would refuse or could never run; BatchError.
   */
  async submit(options: JobOptions): Promise<Job> {
    const { queue = this.#options.queue, signal } = options
    const container = this.#container(options)
    for (let again = false; ; again = true) {
      const facts = await this.#queues.facts(queue, signal)
      checkContainerOptions(container, facts.platform)
      const command = options.commandIn === 'definition' ? options.command : undefined
      const definition = jobDefinition(container, { platform: facts.platform, ...(command ? { command } : {}) })
      const place = { endpoint: this.#endpoint, queueArn: facts.arn }
      const request = submission(options, facts)
      const jobDefinitionArn = await this.#definitions.arn(definition, place, signal)
      try {
        return this.job(await submitJob(this.#aws, { ...request, jobDefinition: jobDefinitionArn }, signal))
      } catch (error) {
        if (!(error instanceof CallFault)) throw error
        // What this machine remembers may be of yesterday: someone has removed the definition, or made the queue anew.
        await this.#queues.forget(queue)
        if (isUnknownDefinition(error)) await this.#definitions.forget(definition, place)
        if (again || !isUnknownDefinition(error)) {
          await this.#queues.facts(queue, signal)
          throw error.toBatchError()
        }
      }
    }
  }

  /**
   * Looks whether a container can be had on the queue, and submits nothing. No call where this machine knows the queue, one where it does not.
   *
   * @throws RangeError with every problem, a line each; BatchError as {@link BatchExecutor.queueFacts} does.
   */
  async check(
    options: Partial<ContainerOptions> & { readonly queue?: string },
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { platform } = await this.#queues.facts(options.queue ?? this.#options.queue, signal)
    checkContainerOptions(this.#container(options), platform)
  }

  /** The job of this id, a child of an array as `ID:INDEX`. Nothing is asked. */
  job(id: string): Job {
    return new Job(id, { aws: this.#aws, poller: this.#poller })
  }

  /** The oldest job with exactly this name, or `undefined`: one call. For who has written down `jobName(name, id)` before submitting. @throws BatchError. */
  async find(
    name: string,
    { queue = this.#options.queue, signal }: { readonly queue?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Job | undefined> {
    const [id] = await jobsNamed(this.#aws, { name, queue }, signal)
    return id === undefined ? undefined : this.job(id)
  }

  /** Jobs of the queue, those that have not ended unless told otherwise. @throws BatchError. */
  list(options: ListOptions = {}): AsyncIterable<JobSummary> {
    return listJobs(this.#aws, options.queue ?? this.#options.queue, options)
  }

  /** What AWS Batch says about these jobs now: one call for 100. Those that it does not know are left out. @throws BatchError. */
  describe(ids: readonly string[], { signal }: { readonly signal?: AbortSignal } = {}): Promise<readonly JobSnapshot[]> {
    return describeJobs(this.#aws, ids, signal)
  }

  /** Ends many jobs: one call for 50, and looks until they have ended. @throws the signal's reason. */
  terminate(ids: readonly string[], reason: string, options: TerminateOptions = {}): Promise<TerminateResult> {
    return terminateJobs(ids, { aws: this.#aws, poller: this.#poller, reason, ...options })
  }

  /** What a queue is: asked once an hour at most. @throws BatchError `not-found`, `queue-disabled`, `queue-invalid`, `unsupported`. */
  queueFacts({
    queue = this.#options.queue,
    signal,
  }: {
    readonly queue?: string
    readonly signal?: AbortSignal
  } = {}): Promise<QueueFacts> {
    return this.#queues.facts(queue, signal)
  }

  /**
   * The places, from 1 on, of the jobs that wait for a machine in a queue, by their ids; an array has that of its first child. One call. AWS Batch tells of the first 100, where
   * a policy allows to ask (`batch:GetJobQueueSnapshot`); a job of which it tells nothing is left out. @throws the signal's reason.
   */
  places({
    queue = this.#options.queue,
    signal,
  }: {
    readonly queue?: string
    readonly signal?: AbortSignal
  } = {}): Promise<ReadonlyMap<string, number>> {
    return queuePlaces(this.#aws, queue, signal)
  }

  /** Ends the poller and the connections. Jobs go on; who waits for one gets BatchError `closed`. Idempotent. */
  async close(): Promise<void> {
    await this.#poller.close()
    this.#aws.connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #container(options: Partial<ContainerOptions>): ContainerOptions {
    const { jobRole = this.#options.jobRole, executionRole = this.#options.executionRole } = options
    return {
      ...options,
      image: options.image ?? this.#options.image ?? defaultImage,
      ...(jobRole === undefined ? {} : { jobRole }),
      ...(executionRole === undefined ? {} : { executionRole }),
    }
  }
}
