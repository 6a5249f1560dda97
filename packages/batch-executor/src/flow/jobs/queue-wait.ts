import type { FlowExecutorOptions } from '../flow-executor-options.ts'
import type { OpenJob } from './open-job.ts'

/** A job that has waited for so long is asked why. */
const firstAskMs = 15_000
const askMs = 60_000

/** A job's wait for its first machine: why it takes, and when it is too long. */
export class QueueWait {
  readonly #job: OpenJob
  readonly #options: Pick<FlowExecutorOptions, 'clock' | 'maxQueueMs' | 'onNote'>
  #reason: string | undefined

  constructor(job: OpenJob, options: Pick<FlowExecutorOptions, 'clock' | 'maxQueueMs' | 'onNote'>) {
    this.#job = job
    this.#options = options
  }

  /** Tells what the platform says about it, each reason once. */
  note(reason: string | undefined): void {
    if (reason === undefined || reason === this.#reason) return
    this.#reason = reason
    this.#options.onNote(`The job ${this.#job.handle?.id} waits: ${reason}`)
  }

  /** Asks now and then, while it waits, and tells: of an array the platform says it only to whoever asks for its children. @rejects the reason of `job.watching`. */
  async ask(): Promise<void> {
    const { signal } = this.#job.watching
    for (let waitMs = firstAskMs; ; waitMs = askMs) {
      await this.#options.clock.sleep(waitMs, signal)
      if (this.#job.begun) return
      this.note(await this.#askNow())
    }
  }

  /** Settles when it has waited for longer than it may, with what to say of it. Never settles without a limit. @rejects the reason of `job.watching`; if a worker has come before. */
  async untilTooLong(): Promise<string> {
    const { clock, maxQueueMs } = this.#options
    if (maxQueueMs === undefined) return new Promise(() => {})
    const { signal } = this.#job.watching
    await clock.sleep(maxQueueMs, signal)
    const reason = this.#job.begun ? undefined : (this.#reason ?? (await this.#askNow()))
    signal.throwIfAborted()
    if (this.#job.begun) throw new Error('It has begun.')
    const why = reason === undefined ? 'AWS Batch gives no reason' : `AWS Batch says: ${reason}`
    // What is not set up right does not mend itself.
    const remedy = reason?.startsWith('MISCONFIGURATION')
      ? 'Ask for less cpu, memory or gpu, or use a queue whose machines are large enough.'
      : 'Give it more time with --max-queue-time, ask for less cpu and memory, or use another queue.'
    return `Gave up on the job ${this.#job.handle?.id}, which waited in its queue for ${formatSpan(maxQueueMs)}. ${why}. ${remedy}`
  }

  async #askNow(): Promise<string | undefined> {
    return await this.#job.handle?.queueReason(this.#job.watching.signal).catch(() => undefined)
  }
}

const formatSpan = (ms: number): string => (ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`)
