import { applyEvent, nextDueAt } from './apply-event.ts'
import type { BatchEffect, BatchEvent } from './batch-event.ts'
import { type BatchState, createState } from './batch-state.ts'
import { HostPool } from './hosts/host-pool.ts'
import type { Job, JobSpec } from './jobs/job.ts'
import type { Latency } from './timers/latency.ts'

/** What each host has. */
export const perHost = { vcpus: 4, memoryMiB: 4_096 } as const

/** A state with a queue of two hosts and one without hosts. */
export function freshState({ latency = 'fast' }: { readonly latency?: Latency } = {}): BatchState {
  const queue = (name: string, hosts: number) => ({
    name,
    enabled: true,
    pool: new HostPool({ name, kind: 'EC2', hosts, perHost }),
    retries: [],
    fresh: [],
  })
  return createState({ latency, stopGraceMs: 30_000, queues: [queue('queue', 2), queue('empty', 0)] })
}

/** What a job asks for where a test says nothing else: a whole host. */
function specOf(changes: Partial<JobSpec> = {}): JobSpec {
  return {
    name: 'job',
    queue: 'queue',
    definition: 'arn:aws:batch:us-east-1:000000000000:job-definition/d:1',
    platform: 'EC2',
    container: {},
    vcpus: 4,
    memoryMiB: 1_024,
    parameters: {},
    retryStrategy: {},
    ...changes,
  }
}

/** A machine whose clock and containers a test holds in its hands. */
export class Bench {
  readonly state: BatchState
  readonly log: (readonly [nowMs: number, event: BatchEvent])[] = []
  /** Containers that were launched and have not reported their end, by task, with the signals that they got. */
  readonly containers: Map<string, { readonly jobId: string; started: boolean; readonly signals: string[] }> = new Map()
  nowMs = 1_000_000

  constructor(state: BatchState = freshState()) {
    this.state = state
  }

  /** Something happens now. */
  apply(event: BatchEvent): readonly BatchEffect[] {
    this.log.push([this.nowMs, event])
    const effects = applyEvent(this.state, event, this.nowMs)
    for (const effect of effects) {
      if (effect.type === 'launch') this.containers.set(effect.taskId, { jobId: effect.job.id, started: false, signals: [] })
      else this.containers.get(effect.taskId)?.signals.push(effect.signal)
    }
    return effects
  }

  submit(id: string, { size, dependsOn = [], ...spec }: Partial<JobSpec> & { size?: number; dependsOn?: Job['dependsOn'] } = {}): void {
    this.apply({ type: 'submit', id, arn: `arn:${id}`, spec: specOf(spec), dependsOn, ...(size === undefined ? {} : { size }), tags: {} })
  }

  /** Time passes. */
  pass(ms: number): void {
    this.nowMs += ms
    this.apply({ type: 'time' })
  }

  /** The container of a job starts. */
  begin(jobId: string): void {
    const [taskId] = this.#containerOf(jobId)
    const container = this.containers.get(taskId)
    if (container) container.started = true
    this.apply({ type: 'started', jobId, taskId })
  }

  /** The container of a job ends. */
  exit(jobId: string, exitCode: number, reason?: string): void {
    const [taskId] = this.#containerOf(jobId)
    this.containers.delete(taskId)
    this.apply({ type: 'exited', jobId, taskId, exitCode, ...(reason === undefined ? {} : { reason }) })
  }

  signalsOf(jobId: string): readonly string[] {
    return this.#containerOf(jobId)[1].signals
  }

  job(id: string): Job {
    const job = this.state.jobs.get(id)
    if (!job) throw new Error(`There is no job ${id}.`)
    return job
  }

  statuses(...ids: readonly string[]): readonly string[] {
    return ids.map((id) => this.job(id).status)
  }

  /** Lets every container end and all time pass, until nothing is due. */
  finish(exitCode = 0): void {
    for (let due: number | undefined = this.nowMs; due !== undefined || this.containers.size > 0; due = nextDueAt(this.state)) {
      this.nowMs = Math.max(this.nowMs, due ?? 0)
      this.apply({ type: 'time' })
      for (const [taskId, { jobId, signals }] of [...this.containers]) {
        this.containers.delete(taskId)
        this.apply({ type: 'started', jobId, taskId })
        this.apply({ type: 'exited', jobId, taskId, exitCode: signals.includes('SIGKILL') ? 137 : exitCode })
      }
    }
  }

  #containerOf(jobId: string): readonly [string, { readonly signals: readonly string[] }] {
    const found = [...this.containers].findLast(([, each]) => each.jobId === jobId)
    if (!found) throw new Error(`Job ${jobId} has no container.`)
    return found
  }
}
