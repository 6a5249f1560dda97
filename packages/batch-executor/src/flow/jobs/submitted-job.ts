import { systemClock } from '../../clock.ts'
import type { JobFailure } from '../../failures/job-failure.ts'
import type { Job } from '../../jobs/job.ts'
import type { JobSnapshot } from '../../jobs/job-snapshot.ts'
import { hasBegun } from '../../jobs/queue-time.ts'
import { workerFailure } from './worker-failure.ts'
import type { WorkerFailure, WorkerJob, WorkerJobState } from './worker-jobs.ts'

/** Most jobs end well, and their workers tell so: AWS is asked only of one that takes longer. */
const firstLookMs = 1_500
/** Lines that are told of what a container has written. */
const mostWords = 5

/** A job of AWS Batch whose containers are workers. */
export class SubmittedJob implements WorkerJob {
  readonly #job: Job
  readonly #step: string
  readonly #places: (signal: AbortSignal) => Promise<ReadonlyMap<string, number>>

  constructor(
    job: Job,
    { step, places }: { readonly step: string; readonly places: (signal: AbortSignal) => Promise<ReadonlyMap<string, number>> },
  ) {
    this.#job = job
    this.#step = step
    this.#places = places
  }

  get id(): string {
    return this.#job.id
  }

  async *watch(signal: AbortSignal): AsyncGenerator<WorkerJobState, void, void> {
    try {
      await systemClock.sleep(firstLookMs, signal)
      for await (const snapshot of this.#job.changes({ signal })) yield await this.#state(snapshot, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async queueReason(signal: AbortSignal): Promise<string | undefined> {
    const [reason, places] = await Promise.all([this.#job.queueReason({ signal }), this.#places(signal)])
    const place = places.get(this.id)
    const words = [reason ?? [], place === undefined ? [] : `it is number ${place} in its queue`].flat()
    return words.length > 0 ? words.join(', ') : undefined
  }

  async terminate(reason: string, signal: AbortSignal): Promise<void> {
    const { failed } = await this.#job.terminate(reason, { waitMs: 0, signal })
    if (failed[0]) throw failed[0].error
  }

  async #state(snapshot: JobSnapshot, signal: AbortSignal): Promise<WorkerJobState> {
    const { status, statusReason } = snapshot
    if (status === 'succeeded') return { status }
    if (status !== 'failed')
      return { status: hasBegun(snapshot) ? 'running' : 'queued', ...(statusReason === undefined ? {} : { reason: statusReason }) }
    const { failure, failures } = await this.#job.wait({ signal })
    // What kept the program from beginning is in its own words, and the same for each worker.
    const words = failure?.kind === 'bootstrap' ? await this.#firstWords(failures?.[0]?.index, signal) : undefined
    const toFailure = (each: JobFailure): WorkerFailure =>
      workerFailure(words === undefined ? each : { ...each, advice: words }, this.#step)
    const children = (failures ?? []).map((child) => ({ worker: child.index, ...toFailure(child) }))
    const whole = failure ? [toFailure(failure)] : []
    // A job of one worker is that worker.
    return { status, failures: failures ? [...children, ...whole] : whole.map((each) => ({ worker: 0, ...each })) }
  }

  /** What the container has written before it gave up, at most a few lines; nothing where that cannot be had. */
  async #firstWords(child: number | undefined, signal: AbortSignal): Promise<string | undefined> {
    const lines: string[] = []
    try {
      const job = child === undefined ? this.#job : this.#job.child(child)
      for await (const { text } of job.logs({ follow: false, signal })) if (lines.push(text) === mostWords) break
    } catch {
      // The failure is told without them.
    }
    if (lines.length === 0) return undefined
    return lines.length === 1 ? `It wrote: ${lines[0]}` : `It wrote:\n${lines.join('\n')}`
  }
}
