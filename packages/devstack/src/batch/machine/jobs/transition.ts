import type { BatchEffect } from '../batch-event.ts'
import { type BatchState, jobOf } from '../batch-state.ts'
import { isFinal, type Job, type JobStatus, type JobTimer, parentId } from './job.ts'

/** A state that is being changed by one event, and what comes of it. */
export interface Transition {
  readonly state: BatchState
  readonly effects: BatchEffect[]
  /** Jobs that have come to their end, and whose dependents have not been told. */
  readonly ended: Job[]
}

/** Gives a job its next state, and its parent what follows from it. */
export function setStatus(transition: Transition, job: Job, status: JobStatus): void {
  const { state, ended } = transition
  if (isFinal(job.status)) throw new Error(`Job ${job.id} has ended as ${job.status} and cannot become ${status}.`)
  const before = job.status
  job.status = status
  if (isFinal(status)) {
    job.stoppedAt = state.now
    delete job.timer
    ended.push(job)
  }
  const id = parentId(job)
  if (id !== undefined) updateParent(transition, jobOf(state, id), before, status)
}

/** Ends a job that is in no attempt, or whose attempt has ended. */
export function fail(transition: Transition, job: Job, reason: string): void {
  job.statusReason = reason
  setStatus(transition, job, 'FAILED')
}

/** Lets something be due for a job, in place of what was. */
export function setTimer({ state }: Pick<Transition, 'state'>, job: Job, timer: JobTimer): void {
  job.timer = timer
  state.timers.add({ at: timer.at, jobId: job.id })
}

function updateParent(transition: Transition, parent: Job, before: JobStatus, after: JobStatus): void {
  const { array } = parent
  if (!array) throw new Error(`Job ${parent.id} is no array.`)
  array.counts[before] -= 1
  array.counts[after] += 1
  array.changedAt = transition.state.now
  const { counts, size } = array
  if (counts.SUCCEEDED + counts.FAILED === size) {
    if (counts.FAILED > 0) parent.statusReason = parent.stopping?.reason ?? 'Array Child Job failed'
    setStatus(transition, parent, counts.FAILED > 0 ? 'FAILED' : 'SUCCEEDED')
  } else if (parent.status === 'SUBMITTED' && after !== 'SUBMITTED' && !isFinal(after)) setStatus(transition, parent, 'PENDING')
}
