import type { ContainerProperties, RetryStrategy } from '../../definitions/definition.ts'

/** The states of a job, in the order of its life. */
export const jobStatuses = ['SUBMITTED', 'PENDING', 'RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const

/** Source: https://docs.aws.amazon.com/batch/latest/userguide/job_states.html */
export type JobStatus = (typeof jobStatuses)[number]

/** What a job waits for: the whole of another, the child of the same index (`N_TO_N`), or, without an id, the child before (`SEQUENTIAL`). */
export interface JobDependency {
  readonly jobId?: string
  readonly type?: 'N_TO_N' | 'SEQUENTIAL'
}

/** What was submitted: definition and overrides as one. The children of an array share it. */
export interface JobSpec {
  readonly name: string
  readonly queue: string
  /** The ARN of a revision. */
  readonly definition: string
  readonly platform: 'EC2' | 'FARGATE'
  readonly container: ContainerProperties
  readonly vcpus: number
  readonly memoryMiB: number
  readonly parameters: Readonly<Record<string, string>>
  readonly retryStrategy: RetryStrategy
  /** Of each attempt, from its start. */
  readonly timeoutSeconds?: number
  readonly propagateTags?: boolean
  readonly schedulingPriority?: number
  readonly shareIdentifier?: string
  /** Set where the job will fail when it is placed, as for overrides that ECS does not take: the reason. */
  readonly misfit?: string
}

/** One run of a job's container, from its place on a host on. Instants are milliseconds since 1970. */
export interface Attempt {
  /** In hexadecimal, as ECS names tasks. */
  readonly taskId: string
  readonly host: string
  startedAt?: number
  stoppedAt?: number
  exitCode?: number
  /** What ECS says of the container. */
  reason?: string
  /** What Batch says of the attempt. */
  statusReason?: string
}

/** A time at which something is due for a job: it has one at most. */
export interface JobTimer {
  readonly at: number
  /**
   * `admit`: looks at its dependencies; `queue`: may be placed; `launch`: its container starts; `timeout`: it has run too long;
   * `stop`: a slow end begins; `kill`: it had its time to end.
   */
  readonly kind: 'admit' | 'queue' | 'launch' | 'timeout' | 'stop' | 'kill'
}

/** A job, the parent of an array, or a child of one (`<parent's id>:<index>`). Changed only by the machine. */
export interface Job {
  readonly id: string
  readonly spec: JobSpec
  /** Counts submissions: a larger one came later. */
  readonly sequence: number
  readonly createdAt: number
  readonly dependsOn: readonly JobDependency[]
  readonly index?: number
  /** Of a parent: how many children are in each state. */
  readonly array?: { readonly size: number; readonly counts: Record<JobStatus, number>; changedAt: number }
  status: JobStatus
  statusReason?: string
  startedAt?: number
  stoppedAt?: number
  /** The last is the one that runs, where the job is STARTING or RUNNING. */
  readonly attempts: Attempt[]
  timer?: JobTimer
  /** Jobs that must succeed first, and have not ended yet. */
  waitingFor?: number
  /** Why someone ended it, or why it ended itself (its timeout). */
  stopping?: { readonly reason: string; readonly by: 'cancel' | 'terminate' | 'timeout' }
}

/** Whether a state is one that a job never leaves. */
export function isFinal(status: JobStatus): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED'
}

/** The attempt that a job is in. Only of a job that is STARTING or RUNNING. */
export function currentAttempt({ attempts, id }: Job): Attempt {
  const attempt = attempts.at(-1)
  if (!attempt) throw new Error(`Job ${id} is in no attempt.`)
  return attempt
}

/** The id of the array that a child belongs to. */
export function parentId({ id, index }: Pick<Job, 'id' | 'index'>): string | undefined {
  return index === undefined ? undefined : id.slice(0, id.lastIndexOf(':'))
}
