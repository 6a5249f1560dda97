import type { Clock } from '@millrace/core-graph'
import type { OpenJob } from './open-job.ts'

/** AWS Batch sends SIGTERM, waits 30 s, and kills. */
const longestMs = 35_000
const lookMs = 50

/** How the end of a job is waited for. */
export interface EndOptions {
  readonly reason: string
  readonly clock: Clock
  /** Called again and again while its workers' last words are waited for. */
  readonly look: () => void
}

/** Ends a job by one call, whatever its width, and waits until its workers are gone, at most 35 s. Gives what a user must know if they may not be. */
export async function endJob(job: OpenJob, { reason, clock, look }: EndOptions): Promise<string | undefined> {
  await job.submitted.promise
  const { handle } = job
  if (!handle || job.busyWorkers === 0) return undefined
  const limit = new AbortController()
  const timer = clock.sleep(longestMs, limit.signal).then(
    () => limit.abort(),
    () => {},
  )
  const refused = await handle.terminate(reason).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  const isGone = await Promise.race([lastWorkerTold(job, limit.signal, { clock, look }), platformTold(job, limit.signal)])
  limit.abort()
  await timer
  if (isGone) return undefined
  const why = refused === undefined ? `It was told to end, and has not after ${longestMs / 1_000} s` : `It could not be ended: ${refused}`
  return `The job ${handle.id} may still be running. ${why}. See "batch list", and end it with "batch kill".`
}

async function lastWorkerTold(job: OpenJob, signal: AbortSignal, { clock, look }: Pick<EndOptions, 'clock' | 'look'>): Promise<boolean> {
  while (job.busyWorkers > 0) {
    if (signal.aborted) return false
    look()
    await clock.sleep(lookMs, signal).catch(() => {})
  }
  return true
}

async function platformTold(job: OpenJob, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const { status } of job.handle?.watch(signal) ?? []) if (status === 'succeeded' || status === 'failed') return true
  } catch {
    // What the platform does not say the workers may.
  }
  return await new Promise((resolve) =>
    signal.aborted ? resolve(false) : signal.addEventListener('abort', () => resolve(false), { once: true }),
  )
}
