import type { Submission } from '../batch-event.ts'
import { latencyMs } from '../timers/latency.ts'
import { isFinal, type Job, type JobStatus, jobStatuses } from './job.ts'
import { fail, setStatus, setTimer, type Transition } from './transition.ts'

/** A job comes in, or an array with all of its children. */
export function submit(transition: Transition, { id, arn, spec, dependsOn, size, tags }: Submission): void {
  const { state } = transition
  state.sequence += 1
  const job: Job = { id, spec, sequence: state.sequence, createdAt: state.now, dependsOn, status: 'SUBMITTED', attempts: [] }
  if (Object.keys(tags).length > 0) state.tags.set(arn, tags)
  if (size === undefined) {
    add(transition, job)
    return
  }
  state.jobs.set(id, { ...job, array: { size, counts: { ...noCounts, SUBMITTED: size }, changedAt: state.now } })
  for (let index = 0; index < size; index += 1) add(transition, { ...job, id: `${id}:${index}`, index, attempts: [] })
}

/** A job that was seen: it waits for others, or for room. */
export function admit(transition: Transition, job: Job): void {
  const { state } = transition
  const open: string[] = []
  for (const id of dependencyIds(job)) {
    const other = state.jobs.get(id)
    if (other && !isFinal(other.status)) open.push(id)
    else if (other?.status !== 'SUCCEEDED') {
      fail(transition, job, dependencyFailed)
      return
    }
  }
  if (open.length === 0) {
    release(transition, job)
    return
  }
  for (const id of open) {
    const dependents = state.dependents.get(id)
    if (dependents) dependents.push(job.id)
    else state.dependents.set(id, [job.id])
  }
  job.waitingFor = open.length
  setStatus(transition, job, 'PENDING')
}

/** A job whose dependencies have ended goes on, or ends. */
export function release(transition: Transition, job: Job): void {
  const { state } = transition
  delete job.waitingFor
  if (job.stopping) {
    fail(transition, job, job.stopping.reason)
    return
  }
  setStatus(transition, job, 'RUNNABLE')
  setTimer(transition, job, { kind: 'queue', at: state.now + latencyMs(state.latency, 'queue', job.id) })
}

/** What is said of a job when one that it waits for has failed. */
export const dependencyFailed = 'Dependent Job failed'

const noCounts = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>

function add(transition: Transition, job: Job): void {
  const { state } = transition
  state.jobs.set(job.id, job)
  setTimer(transition, job, { kind: 'admit', at: state.now + latencyMs(state.latency, 'admit', job.id) })
}

function* dependencyIds({ dependsOn, index, id }: Job): Generator<string> {
  for (const { jobId, type } of dependsOn) {
    if (type === 'SEQUENTIAL') {
      if (index !== undefined && index > 0) yield `${id.slice(0, id.lastIndexOf(':'))}:${index - 1}`
    } else if (jobId !== undefined) yield type === 'N_TO_N' && index !== undefined ? `${jobId}:${index}` : jobId
  }
}
