import { hash } from 'node:crypto'
import type { QueueState } from '../batch-state.ts'
import type { Job } from '../jobs/job.ts'
import { fail, setStatus, setTimer, type Transition } from '../jobs/transition.ts'
import { latencyMs } from '../timers/latency.ts'

/** Gives hosts to jobs, queue by queue, in order: the first that finds no room lets all behind it wait. */
export function placeJobs(transition: Transition): void {
  for (const queue of transition.state.queues.values())
    for (const list of [queue.retries, queue.fresh]) if (!drain(transition, queue, list)) break
}

/** Places jobs until one finds no room: then it gives `false`. */
function drain(transition: Transition, { pool }: QueueState, list: string[]): boolean {
  const { state } = transition
  for (let id = list[0]; id !== undefined; id = list[0]) {
    const job = state.jobs.get(id)
    if (job?.status === 'RUNNABLE') {
      if (job.spec.misfit !== undefined) fail(transition, job, job.spec.misfit)
      // It would wait for ever, and not hold up those behind it.
      else if (!pool.couldHold(job.spec)) job.statusReason = whyNever(pool.options.hosts, pool.options.name)
      else {
        const host = pool.place(job.spec)
        if (host === undefined) return false
        start(transition, job, host)
      }
    }
    list.shift()
  }
  return true
}

function start(transition: Transition, job: Job, host: string): void {
  const { state } = transition
  job.attempts.push({ taskId: hash('sha256', `${job.id}/${job.attempts.length + 1}`).slice(0, 32), host })
  delete job.statusReason
  setStatus(transition, job, 'STARTING')
  setTimer(transition, job, { kind: 'launch', at: state.now + latencyMs(state.latency, 'launch', job.id) })
}

/** Source: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html */
function whyNever(hosts: number, environment: string): string {
  return hosts === 0
    ? `CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for compute environment ${environment}`
    : `MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The resource requirements of the job cannot be met by any host of compute environment ${environment}`
}
