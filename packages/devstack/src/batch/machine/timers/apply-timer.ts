import { currentAttempt, type Job } from '../jobs/job.ts'
import { sendStop } from '../jobs/stop-job.ts'
import { admit } from '../jobs/submit.ts'
import type { Transition } from '../jobs/transition.ts'

/** What is due for a job happens. */
export function applyTimer(transition: Transition, job: Job): void {
  const { state, effects } = transition
  const { timer } = job
  delete job.timer
  switch (timer?.kind) {
    case undefined:
      return
    case 'admit':
      admit(transition, job)
      return
    case 'queue':
      state.queues.get(job.spec.queue)?.fresh.push(job.id)
      return
    case 'launch':
      effects.push({ type: 'launch', job, taskId: currentAttempt(job).taskId, attempt: job.attempts.length })
      return
    case 'timeout':
      job.stopping = { reason: 'Job attempt duration exceeded timeout', by: 'timeout' }
      sendStop(transition, job)
      return
    case 'stop':
      sendStop(transition, job)
      return
    case 'kill':
      effects.push({ type: 'signal', taskId: currentAttempt(job).taskId, signal: 'SIGKILL' })
      return
  }
}
