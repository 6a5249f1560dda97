import type { Container, ContainerEnd, JobExecutor } from '../../executors/job-executor.ts'
import type { LogStreams } from '../../logs/log-streams.ts'
import { LogWriter } from '../../logs/log-writer.ts'
import type { TaskDirectory } from '../../tasks/task-directory.ts'
import type { Arns } from '../arns.ts'
import type { Journal } from '../journal/journal.ts'
import { logGroupName, logStreamName } from '../log-stream-name.ts'
import { applyEvent, nextDueAt } from '../machine/apply-event.ts'
import type { BatchEffect, BatchEvent } from '../machine/batch-event.ts'
import type { BatchState } from '../machine/batch-state.ts'
import { currentAttempt, type Job } from '../machine/jobs/job.ts'
import { containerMetadata } from './container-metadata.ts'
import { arraySizeOf, containerSettings, type StackAddress } from './container-settings.ts'

/** What a service is made of. */
export interface BatchServiceOptions {
  readonly state: BatchState
  readonly arns: Arns
  readonly now: () => number
  readonly executor: JobExecutor
  readonly streams: LogStreams
  readonly tasks: TaskDirectory
  readonly journal: Journal
  /** How long lines take until they can be read. */
  readonly logDelayMs: number
}

/** So long can a timer of Node wait at most. */
const longestMs = 2_147_483_647

/** Drives the machine: gives it events and time, and does in the world what it says. */
export class BatchService {
  readonly #options: BatchServiceOptions
  readonly #containers = new Map<string, Container>()
  readonly #writers = new Set<LogWriter>()
  #address: StackAddress | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: BatchServiceOptions) {
    this.#options = options
  }

  /**
   * From now on jobs run: the address is what their containers are told. What ran when the stack ended has been lost with its hosts, at the last
   * instant that the stack knew of.
   */
  start(address: StackAddress): void {
    this.#address = address
    const { state } = this.#options
    this.#apply({ type: 'stack-lost' }, state.now)
    this.dispatch({ type: 'time' })
  }

  /** Something happens. */
  dispatch(event: BatchEvent): void {
    if (this.#closed) return
    this.#apply(event, this.#options.now())
    this.#setTimer()
  }

  /**
   * Takes a host away, with all that runs on it: that of a job, or of the one that has run longest. Gives the ids of the jobs that were on it.
   *
   * @throws RangeError for a job that is on no host.
   */
  loseHost(jobId?: string): readonly string[] {
    const isOnHost = ({ status }: Job): boolean => status === 'STARTING' || status === 'RUNNING'
    const busy = [...this.#options.state.jobs.values()].filter((job) => isOnHost(job) && !job.array)
    const chosen = jobId === undefined ? busy[0] : busy.find(({ id }) => id === jobId)
    if (!chosen && jobId !== undefined) throw new RangeError(`Job ${jobId} is on no host: it is not STARTING and not RUNNING.`)
    if (!chosen) return []
    const { host } = currentAttempt(chosen)
    const lost = busy.filter((job) => currentAttempt(job).host === host).map(({ id }) => id)
    this.dispatch({ type: 'host-lost', host })
    return lost
  }

  /** Kills every container. What the machine knows stays as it is. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#options.executor.close()
    for (const writer of this.#writers) writer.flush()
    this.#options.journal.close()
  }

  #apply(event: BatchEvent, nowMs: number): void {
    const { state, journal } = this.#options
    // Time alone does nothing that the next event would not do.
    if (event.type !== 'time') journal.add(event, nowMs)
    for (const effect of applyEvent(state, event, nowMs)) this.#do(effect)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const { state, now } = this.#options
    const dueAt = nextDueAt(state)
    if (dueAt !== undefined)
      this.#timer = setTimeout(() => this.dispatch({ type: 'time' }), Math.min(longestMs, Math.max(0, dueAt - now())))
  }

  #do(effect: BatchEffect): void {
    switch (effect.type) {
      case 'launch':
        this.#launch(effect)
        return
      case 'signal':
        this.#containers.get(effect.taskId)?.signal(effect.signal)
    }
  }

  #launch({ job, taskId, attempt }: Extract<BatchEffect, { type: 'launch' }>): void {
    const { state, tasks, executor, streams, now, logDelayMs } = this.#options
    const address = this.#address
    if (!address) throw new Error('Jobs run only after the service was started.')
    const { spec, id: jobId } = job
    const environmentName = state.queues.get(spec.queue)?.pool.options.name ?? spec.queue
    const role = spec.container.jobRoleArn
    const token = tasks.add({
      id: taskId,
      ...(role === undefined ? {} : { role }),
      metadata: containerMetadata(job, { taskId, environmentName, arns: this.#options.arns, region: address.region, nowMs: now() }),
    })
    const settings = containerSettings(job, {
      attempt,
      taskId,
      environmentName,
      arraySize: arraySizeOf(state.jobs, job),
      address,
      token: role === undefined ? undefined : token,
    })
    let writer: LogWriter | undefined
    const container = executor.launch({
      id: taskId,
      image: spec.container.image ?? '',
      ...settings,
      vcpus: spec.vcpus,
      memoryMiB: spec.memoryMiB,
      init: spec.container.linuxParameters?.initProcessEnabled ?? false,
      isFargate: spec.platform === 'FARGATE',
      onStarted: () => {
        const file = streams.create({ group: logGroupName(spec), stream: logStreamName(spec, { taskId }) })
        writer = new LogWriter(file, { now, delayMs: logDelayMs })
        this.#writers.add(writer)
        this.dispatch({ type: 'started', jobId, taskId })
      },
      onLine: (line) => writer?.write(line),
      onEnd: (end) => {
        this.#containers.delete(taskId)
        tasks.remove(taskId)
        if (writer) {
          const ended = writer
          writer.end(() => this.#writers.delete(ended))
        }
        this.dispatch(endEvent(jobId, taskId, end))
      },
    })
    this.#containers.set(taskId, container)
  }
}

function endEvent(jobId: Job['id'], taskId: string, end: ContainerEnd): BatchEvent {
  return 'notStarted' in end ? { type: 'start-failed', jobId, taskId, reason: end.notStarted } : { type: 'exited', jobId, taskId, ...end }
}
