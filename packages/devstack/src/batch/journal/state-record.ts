import type { JobDefinition } from '../definitions/definition.ts'
import type { BatchState } from '../machine/batch-state.ts'
import { isFinal, type Job, parentId } from '../machine/jobs/job.ts'

/** A state as plain data. The children of an array have what they share with their parent from it. */
export interface StateRecord {
  readonly version: 1
  readonly now: number
  readonly sequence: number
  readonly definitions: readonly JobDefinition[]
  readonly tags: readonly (readonly [arn: string, tags: Readonly<Record<string, string>>])[]
  readonly dependents: readonly (readonly [id: string, waiting: readonly string[]])[]
  readonly queues: readonly {
    readonly name: string
    readonly retries: readonly string[]
    readonly fresh: readonly string[]
    readonly hosts: { readonly made: number; readonly ids: readonly string[] }
  }[]
  readonly jobs: readonly (Job | Omit<Job, 'spec' | 'dependsOn'>)[]
}

/** So long does Batch know jobs that have ended. Source: https://docs.aws.amazon.com/batch/latest/userguide/job_states.html */
const keptMs = 7 * 86_400_000

/** Everything that there is to know of a state. */
export function recordState(state: BatchState): StateRecord {
  return {
    version: 1,
    now: state.now,
    sequence: state.sequence,
    definitions: [...state.definitions.values()],
    tags: [...state.tags],
    dependents: [...state.dependents],
    queues: [...state.queues.values()].map(({ name, retries, fresh, pool }) => ({ name, retries, fresh, hosts: pool.record })),
    jobs: [...state.jobs.values()].map((job) => {
      if (job.index === undefined) return job
      const { spec: _, dependsOn: __, ...own } = job
      return own
    }),
  }
}

/** Fills a state without jobs with what was recorded. Jobs that ended a week before `nowMs` are left out. */
export function restoreState(state: BatchState, record: StateRecord, nowMs: number): void {
  state.now = record.now
  state.sequence = record.sequence
  for (const definition of record.definitions) state.definitions.set(definition.arn, definition)
  for (const [arn, tags] of record.tags) state.tags.set(arn, tags)
  for (const [id, waiting] of record.dependents) state.dependents.set(id, [...waiting])
  for (const { name, retries, fresh, hosts } of record.queues) {
    const queue = state.queues.get(name)
    queue?.retries.push(...retries)
    queue?.fresh.push(...fresh)
    queue?.pool.restore(hosts)
  }
  for (const own of record.jobs) {
    const isOld = own.index === undefined && isFinal(own.status) && (own.stoppedAt ?? 0) < nowMs - keptMs
    if (!isOld) restoreJob(state, own)
  }
}

function restoreJob(state: BatchState, own: Job | Omit<Job, 'spec' | 'dependsOn'>): void {
  const parent = 'spec' in own ? own : state.jobs.get(parentId(own) ?? '')
  // Its parent was left out, and so is it.
  if (!parent) return
  const job: Job = { ...own, spec: parent.spec, dependsOn: parent.dependsOn }
  state.jobs.set(job.id, job)
  if (job.timer) state.timers.add({ at: job.timer.at, jobId: job.id })
  const host = job.status === 'STARTING' || job.status === 'RUNNING' ? job.attempts.at(-1)?.host : undefined
  if (host !== undefined) state.queues.get(job.spec.queue)?.pool.hold(host, job.spec)
}
