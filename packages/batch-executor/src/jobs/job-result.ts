import { classifyFailure } from '../failures/classify-failure.ts'
import type { JobFailure } from '../failures/job-failure.ts'
import type { JobSnapshot } from './job-snapshot.ts'

/** A child of an array that failed. */
export interface ChildFailure extends JobFailure {
  readonly index: number
  readonly id: string
}

/** How a job ended. */
export interface JobResult {
  readonly id: string
  readonly name: string
  readonly status: 'succeeded' | 'failed'
  /** Of the last attempt; absent where the program did not get to run, and for an array. */
  readonly exitCode?: number
  readonly createdAt?: Date
  readonly startedAt?: Date
  readonly stoppedAt?: Date
  /** How many attempts Batch has made. */
  readonly attempts: number
  /** Why it failed and what to do. */
  readonly failure?: JobFailure
  /** Of an array: how many of its children succeeded and failed. */
  readonly children?: { readonly succeeded: number; readonly failed: number }
  /** Of an array: its children that failed, by index, at most the first 100 that AWS tells of. */
  readonly failures?: readonly ChildFailure[]
  /** Something in it was killed for memory, and yet it ended well: AWS kills the largest process, which need not be the first one. */
  readonly memoryWarning?: string
}

/** The result of a job that has ended, of an array with those of its children that are at hand. */
export function jobResult(job: JobSnapshot, failedChildren: readonly JobSnapshot[]): JobResult {
  const failures = failedChildren
    .map((child) => ({ index: child.index ?? 0, id: child.id, ...classifyFailure(child) }))
    .sort((one, other) => one.index - other.index)
  const { id, name, exitCode, createdAt, startedAt, stoppedAt, attempts, counts } = job
  const status = job.status === 'succeeded' ? 'succeeded' : 'failed'
  const killed = status === 'succeeded' && /OutOfMemoryError/.test(`${job.reason} ${attempts.at(-1)?.reason}`)
  return {
    id,
    name,
    status,
    ...(exitCode === undefined || job.size !== undefined ? {} : { exitCode }),
    ...(createdAt ? { createdAt } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(stoppedAt ? { stoppedAt } : {}),
    attempts: attempts.length,
    ...(status === 'failed' ? { failure: job.size === undefined ? classifyFailure(job) : arrayFailure(job, failures) } : {}),
    ...(job.size === undefined ? {} : { children: { succeeded: counts?.succeeded ?? 0, failed: counts?.failed ?? 0 }, failures }),
    ...(killed
      ? { memoryWarning: `A process of the job ${name} was killed for memory, though the job ended well. Give it more memory.` }
      : {}),
  }
}

/** What an array failed of: what most of its children did. */
function arrayFailure(job: JobSnapshot, failures: readonly ChildFailure[]): JobFailure {
  const [first] = failures
  if (!first || job.isTerminated) return classifyFailure(job)
  const kinds = Map.groupBy(failures, ({ kind }) => kind)
  const [most = [first]] = [...kinds.values()].sort((one, other) => other.length - one.length)
  const example = most[0] ?? first
  const others = [...kinds].map(([kind, some]) => `${kind} ${some.length}`).join(', ')
  const failed = job.counts?.failed ?? failures.length
  const seen = failures.length < failed ? ` of the first ${failures.length}` : ''
  return {
    kind: example.kind,
    message: `${failed} of the ${job.size} children failed (${others}${seen}); child ${example.index}: ${example.message}`,
    advice: example.advice,
    retryable: failures.every(({ retryable }) => retryable),
    ...(example.exitCode === undefined ? {} : { exitCode: example.exitCode }),
  }
}
