import type { BatchEffect, BatchEvent } from './batch-event.ts'
import type { BatchState } from './batch-state.ts'
import { placeJobs } from './hosts/place-jobs.ts'
import { finishAttempt, loseHost, loseStack } from './jobs/finish-attempt.ts'
import { currentAttempt, type Job, type JobStatus } from './jobs/job.ts'
import { settle } from './jobs/settle.ts'
import { stopJob } from './jobs/stop-job.ts'
import { submit } from './jobs/submit.ts'
import { setStatus, setTimer, type Transition } from './jobs/transition.ts'
import { applyTimer } from './timers/apply-timer.ts'

/**
 * The whole life of jobs as one function: the state and an event at an instant give the next state and what is to be done in the world.
 * It does no I/O, has no clock and no chance: the same events at the same instants give the same state. What was due before the instant
 * happens first, each thing at its own time. The state is changed in place, for it may hold many arrays of 10,000.
 *
 * Source: https://docs.aws.amazon.com/batch/latest/userguide/job_states.html
 */
export function applyEvent(state: BatchState, event: BatchEvent, nowMs: number): readonly BatchEffect[] {
  const effects: BatchEffect[] = []
  passTime(state, nowMs, effects)
  const transition: Transition = { state, effects, ended: [] }
  handle(transition, event)
  conclude(transition)
  passTime(state, nowMs, effects)
  return effects
}

/** When something is due next, as milliseconds since 1970. */
export function nextDueAt({ timers, jobs }: BatchState): number | undefined {
  for (let first = timers.first; first; first = timers.first) {
    if (jobs.get(first.jobId)?.timer?.at === first.at) return first.at
    timers.take()
  }
  return undefined
}

function passTime(state: BatchState, nowMs: number, effects: BatchEffect[]): void {
  for (let at = nextDueAt(state); at !== undefined && at <= nowMs; at = nextDueAt(state)) {
    state.now = Math.max(state.now, at)
    const job = state.jobs.get(state.timers.first?.jobId ?? '')
    state.timers.take()
    const transition: Transition = { state, effects, ended: [] }
    if (job) applyTimer(transition, job)
    conclude(transition)
  }
  state.now = Math.max(state.now, nowMs)
}

/** What follows from a change: dependents are told, and room is given. A job that does not fit its host ends, and has dependents too. */
function conclude(transition: Transition): void {
  settle(transition)
  placeJobs(transition)
  settle(transition)
}

function handle(transition: Transition, event: BatchEvent): void {
  const { state } = transition
  switch (event.type) {
    case 'register':
      state.definitions.set(event.definition.arn, { ...event.definition })
      if (Object.keys(event.tags).length > 0) state.tags.set(event.definition.arn, event.tags)
      return
    case 'deregister': {
      const definition = state.definitions.get(event.arn)
      if (definition) definition.active = false
      return
    }
    case 'tag':
      state.tags.set(event.arn, { ...state.tags.get(event.arn), ...event.tags })
      return
    case 'untag': {
      const kept = Object.entries(state.tags.get(event.arn) ?? {}).filter(([key]) => !event.keys.includes(key))
      state.tags.set(event.arn, Object.fromEntries(kept))
      return
    }
    case 'submit':
      submit(transition, event)
      return
    case 'stop':
      stopJob(transition, event)
      return
    case 'started': {
      const job = inTask(state, event, ['STARTING'])
      if (job) begin(transition, job)
      return
    }
    case 'start-failed': {
      const job = inTask(state, event, ['STARTING'])
      if (job) finishAttempt(transition, job, { reason: event.reason, statusReason: 'Task failed to start' })
      return
    }
    case 'exited': {
      const job = inTask(state, event, ['STARTING', 'RUNNING'])
      const { exitCode, reason } = event
      if (job) finishAttempt(transition, job, { exitCode, reason, statusReason: 'Essential container in task exited' })
      return
    }
    case 'host-lost':
      loseHost(transition, event.host)
      return
    case 'stack-lost':
      loseStack(transition)
      return
    case 'time':
      return
  }
}

/** The job that a message of a container is about; `undefined` where the job has gone on without it. */
function inTask(
  { jobs }: BatchState,
  { jobId, taskId }: { jobId: string; taskId: string },
  statuses: readonly JobStatus[],
): Job | undefined {
  const job = jobs.get(jobId)
  return job && statuses.includes(job.status) && currentAttempt(job).taskId === taskId ? job : undefined
}

function begin(transition: Transition, job: Job): void {
  const { state } = transition
  const attempt = currentAttempt(job)
  attempt.startedAt = state.now
  job.startedAt = state.now
  setStatus(transition, job, 'RUNNING')
  if (job.spec.timeoutSeconds !== undefined && !job.stopping)
    setTimer(transition, job, { kind: 'timeout', at: state.now + job.spec.timeoutSeconds * 1_000 })
}
