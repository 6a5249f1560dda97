import { isFinal } from './job.ts'
import { dependencyFailed, release } from './submit.ts'
import { fail, type Transition } from './transition.ts'

/** Tells those who wait for jobs that have ended, until there is nobody left to tell. A chain of 10,000 is no deeper than one of two. */
export function settle(transition: Transition): void {
  const { state, ended } = transition
  for (let job = ended.pop(); job; job = ended.pop()) {
    const dependents = state.dependents.get(job.id)
    if (!dependents) continue
    state.dependents.delete(job.id)
    for (const id of dependents) {
      const dependent = state.jobs.get(id)
      if (!dependent || isFinal(dependent.status) || dependent.waitingFor === undefined) continue
      if (job.status === 'FAILED') {
        fail(transition, dependent, dependent.stopping?.reason ?? dependencyFailed)
        continue
      }
      dependent.waitingFor -= 1
      if (dependent.waitingFor === 0) release(transition, dependent)
    }
  }
}
