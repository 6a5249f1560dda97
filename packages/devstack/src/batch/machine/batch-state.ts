import type { JobDefinition } from '../definitions/definition.ts'
import type { HostPool } from './hosts/host-pool.ts'
import type { Job } from './jobs/job.ts'
import type { Latency } from './timers/latency.ts'
import { TimerHeap } from './timers/timer-heap.ts'

/** A queue with the hosts that serve it. */
export interface QueueState {
  readonly name: string
  readonly enabled: boolean
  readonly pool: HostPool
  /** Jobs to be placed, the first first; those that are tried again are before all others. */
  readonly retries: string[]
  readonly fresh: string[]
}

/** All that Batch knows. Only `applyEvent` changes it. */
export interface BatchState {
  readonly latency: Latency
  /** How long a container may take to end after SIGTERM. */
  readonly stopGraceMs: number
  readonly queues: ReadonlyMap<string, QueueState>
  /** Revisions by ARN, in the order of their registration. */
  readonly definitions: Map<string, JobDefinition>
  /** By id, in the order of submission; parents are before their children. */
  readonly jobs: Map<string, Job>
  /** Of queues, definitions and jobs, by ARN. */
  readonly tags: Map<string, Readonly<Record<string, string>>>
  /** Jobs that wait for a job, by its id. */
  readonly dependents: Map<string, string[]>
  readonly timers: TimerHeap
  /** The newest instant that was seen: time does not go back. */
  now: number
  sequence: number
}

/** A state without jobs. */
export function createState(options: Pick<BatchState, 'latency' | 'stopGraceMs'> & { readonly queues: readonly QueueState[] }): BatchState {
  return {
    latency: options.latency,
    stopGraceMs: options.stopGraceMs,
    queues: new Map(options.queues.map((queue) => [queue.name, queue])),
    definitions: new Map(),
    jobs: new Map(),
    tags: new Map(),
    dependents: new Map(),
    timers: new TimerHeap(),
    now: 0,
    sequence: 0,
  }
}

/** A job that must be there. */
export function jobOf({ jobs }: Pick<BatchState, 'jobs'>, id: string): Job {
  const job = jobs.get(id)
  if (!job) throw new Error(`There is no job ${id}.`)
  return job
}
