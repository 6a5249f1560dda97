import { type Attempt, currentAttempt, isFinal, type Job } from './job.ts'
import { isTriedAgain } from './retry-decision.ts'
import { fail, setStatus, type Transition } from './transition.ts'

/** How an attempt ended. */
export type AttemptEnd = Readonly<Pick<Attempt, 'statusReason'>> & {
  readonly exitCode?: number | undefined
  readonly reason?: string | undefined
}

/** An attempt has ended: the job ends with it, or is tried again at the front of its queue. */
export function finishAttempt(transition: Transition, job: Job, end: AttemptEnd): void {
  const told = job.stopping && job.timer?.kind !== 'stop'
  endAttempt(transition, job, end)
  if (end.exitCode === 0 && !told) setStatus(transition, job, 'SUCCEEDED')
  else if (job.stopping) fail(transition, job, job.stopping.reason)
  else if (!isTriedAgain(job.spec.retryStrategy, job.attempts)) setStatus(transition, job, 'FAILED')
  else {
    delete job.startedAt
    setStatus(transition, job, 'RUNNABLE')
    transition.state.queues.get(job.spec.queue)?.retries.push(job.id)
  }
}

/** An attempt whose container was never started ends, and its job with it. */
export function dropAttempt(transition: Transition, job: Job, reason: string): void {
  endAttempt(transition, job, { statusReason: reason })
  fail(transition, job, reason)
}

/** An instance goes, and another comes. What ran on it is lost. */
export function loseHost(transition: Transition, host: string): void {
  const { state, effects } = transition
  for (const { pool } of state.queues.values()) pool.replace(host)
  for (const job of state.jobs.values()) {
    if ((job.status !== 'STARTING' && job.status !== 'RUNNING') || currentAttempt(job).host !== host) continue
    effects.push({ type: 'signal', taskId: currentAttempt(job).taskId, signal: 'SIGKILL' })
    const statusReason = job.spec.platform === 'FARGATE' ? 'Your Spot Task was interrupted.' : `Host EC2 (instance ${host}) terminated.`
    finishAttempt(transition, job, { statusReason })
  }
}

/** All instances go, and so do jobs whose queue is no longer there. */
export function loseStack(transition: Transition): void {
  const { state } = transition
  for (const { pool } of state.queues.values()) for (const host of pool.ids) loseHost(transition, host)
  for (const job of state.jobs.values()) {
    if (isFinal(job.status) || job.array || state.queues.has(job.spec.queue)) continue
    if (job.status === 'STARTING' || job.status === 'RUNNING') endAttempt(transition, job, { statusReason: queueGone })
    fail(transition, job, queueGone)
  }
}

const queueGone = 'The job queue of this job does not exist any more.'

function endAttempt({ state }: Transition, job: Job, { exitCode, reason, statusReason }: AttemptEnd): void {
  const attempt = currentAttempt(job)
  attempt.stoppedAt = state.now
  if (exitCode !== undefined) attempt.exitCode = exitCode
  if (reason !== undefined) attempt.reason = reason
  if (statusReason !== undefined) attempt.statusReason = statusReason
  if (statusReason !== undefined) job.statusReason = statusReason
  delete job.timer
  state.queues.get(job.spec.queue)?.pool.free(attempt.host, job.spec)
}
