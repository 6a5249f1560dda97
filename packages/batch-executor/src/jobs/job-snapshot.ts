import type { JobDetail } from '@aws-sdk/client-batch'

/** Where a job is in its life, in order; the last two are final. */
export type JobStatus = 'submitted' | 'pending' | 'runnable' | 'starting' | 'running' | 'succeeded' | 'failed'

/** Every {@link JobStatus}, in order. */
export const jobStatuses: readonly JobStatus[] = ['submitted', 'pending', 'runnable', 'starting', 'running', 'succeeded', 'failed']

/** One attempt at a job. */
export interface JobAttempt {
  readonly startedAt?: Date
  readonly stoppedAt?: Date
  readonly exitCode?: number
  /** Of the container: `OutOfMemoryError: ...`, `CannotPullContainerError: ...`. */
  readonly reason?: string
  /** Of the attempt as a whole. */
  readonly statusReason?: string
  readonly logStream?: string
}

/** What AWS Batch says about a job at one moment. */
export interface JobSnapshot {
  readonly id: string
  readonly name: string
  readonly queue: string
  readonly status: JobStatus
  /** Why it is where it is: for a job in the queue what it waits for, if AWS knows; for a failed one the last reason. */
  readonly statusReason?: string
  readonly createdAt?: Date
  readonly startedAt?: Date
  readonly stoppedAt?: Date
  /** Of the last attempt. */
  readonly exitCode?: number
  /** Of the last attempt's container. */
  readonly reason?: string
  /** Those that have ended, oldest first. */
  readonly attempts: readonly JobAttempt[]
  /** Of the attempt that runs, or the last one. */
  readonly logStream?: string
  readonly logGroup: string
  /** Whether the logs are where CloudWatch Logs can be asked for them. */
  readonly logsInCloudWatch: boolean
  /** Whether someone has ended it. */
  readonly isTerminated: boolean
  /** Of an array: the number of children. */
  readonly size?: number
  /** Of an array: how many of its children are where. */
  readonly counts?: Readonly<Partial<Record<JobStatus, number>>>
  /** Of a child of an array. */
  readonly index?: number
  readonly parameters: Readonly<Record<string, string>>
  readonly memoryMiB?: number
  readonly timeoutMs?: number
  readonly image?: string
}

/** Reads AWS Batch's word for a status. */
export function readStatus(status: string | undefined): JobStatus {
  return jobStatuses.find((each) => each === status?.toLowerCase()) ?? 'submitted'
}

/** Whether a job stays as it is from here on. */
export function isFinal(status: JobStatus): boolean {
  return status === 'succeeded' || status === 'failed'
}

/** Reads an answer of DescribeJobs; instants are epoch milliseconds there. */
export function readSnapshot(detail: JobDetail): JobSnapshot {
  const { container, arrayProperties, parameters = {} } = detail
  const log = container?.logConfiguration
  const memory = container?.resourceRequirements?.find(({ type }) => type === 'MEMORY')?.value ?? container?.memory
  return withoutUndefined({
    id: detail.jobId ?? '',
    name: detail.jobName ?? '',
    queue: detail.jobQueue ?? '',
    status: readStatus(detail.status),
    statusReason: detail.statusReason,
    createdAt: instant(detail.createdAt),
    startedAt: instant(detail.startedAt),
    stoppedAt: instant(detail.stoppedAt),
    exitCode: container?.exitCode,
    reason: container?.reason,
    attempts: (detail.attempts ?? []).map((attempt) =>
      withoutUndefined({
        startedAt: instant(attempt.startedAt),
        stoppedAt: instant(attempt.stoppedAt),
        exitCode: attempt.container?.exitCode,
        reason: attempt.container?.reason,
        statusReason: attempt.statusReason,
        logStream: attempt.container?.logStreamName,
      }),
    ),
    logStream: container?.logStreamName,
    logGroup: log?.options?.['awslogs-group'] ?? '/aws/batch/job',
    logsInCloudWatch: log?.logDriver === undefined || log.logDriver === 'awslogs',
    isTerminated: detail.isTerminated === true || detail.isCancelled === true,
    size: arrayProperties?.index === undefined ? arrayProperties?.size : undefined,
    counts: arrayProperties?.index === undefined ? readCounts(arrayProperties?.statusSummary) : undefined,
    index: arrayProperties?.index,
    parameters,
    memoryMiB: memory === undefined ? undefined : Number(memory),
    timeoutMs: detail.timeout?.attemptDurationSeconds === undefined ? undefined : detail.timeout.attemptDurationSeconds * 1_000,
    image: container?.image,
  })
}

function readCounts(summary: Record<string, number> | undefined): Partial<Record<JobStatus, number>> | undefined {
  if (!summary) return undefined
  return Object.fromEntries(Object.entries(summary).map(([status, count]) => [readStatus(status), count]))
}

/** `startedAt` is required in AWS's model and absent, or 0, before a job runs. */
function instant(epochMs: number | undefined): Date | undefined {
  return epochMs ? new Date(epochMs) : undefined
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>
}
