import { jobOf } from '../batch-state.ts'
import { dropAttempt } from './finish-attempt.ts'
import { currentAttempt, isFinal, type Job } from './job.ts'
import { fail, setTimer, type Transition } from './transition.ts'

/** A wish that a job ends. */
export interface StopRequest {
  readonly id: string
  readonly reason: string
  readonly by: 'cancel' | 'terminate'
  readonly delayMs?: number
}

/**
 * Ends a job, or the children of an array, each as its state allows: before STARTING at once; PENDING only when what it waits for has
 * ended; a container that runs is told, unless the job is only cancelled.
 */
export function stopJob(transition: Transition, request: StopRequest): void {
  const { state } = transition
  const job = jobOf(state, request.id)
  if (isFinal(job.status)) return
  if (!job.array) {
    stopOne(transition, job, request)
    return
  }
  job.stopping ??= request
  for (let index = 0; index < job.array.size; index += 1) stopOne(transition, jobOf(state, `${job.id}:${index}`), request)
}

/** Tells a container to end: SIGTERM now, SIGKILL when its time is over. */
export function sendStop(transition: Transition, job: Job): void {
  const { state, effects } = transition
  effects.push({ type: 'signal', taskId: currentAttempt(job).taskId, signal: 'SIGTERM' })
  setTimer(transition, job, { kind: 'kill', at: state.now + state.stopGraceMs })
}

function stopOne(transition: Transition, job: Job, { reason, by, delayMs = 0 }: StopRequest): void {
  if (isFinal(job.status) || job.stopping) return
  switch (job.status) {
    case 'SUBMITTED':
    case 'RUNNABLE':
      job.stopping = { reason, by }
      fail(transition, job, reason)
      return
    case 'PENDING':
      job.stopping = { reason, by }
      return
    default:
      if (by === 'cancel') return
      job.stopping = { reason, by }
      if (job.timer?.kind === 'launch') dropAttempt(transition, job, reason)
      else if (delayMs > 0) setTimer(transition, job, { kind: 'stop', at: transition.state.now + delayMs })
      else sendStop(transition, job)
  }
}
