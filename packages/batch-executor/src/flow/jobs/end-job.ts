import type { Clock } from '@millrace/core-graph'
import type { OpenJob } from './open-job.ts'

/** AWS Batch sends SIGTERM, waits 30 s, and kills. */
const longestMs = 35_000
const lookMs = 50
/** Who waits for longer is told what for. */
const noteAfterMs = 3_000

/** How the end of a job is waited for. */
export interface EndOptions {
  readonly reason: string
  readonly clock: Clock
  /** Told what is waited for, when it takes long. */
  readonly onNote: (text: string) => void
  /** Called again and again while its workers' last words are waited for. */
  readonly look: () => void
}

/** Ends a job by one call, whatever its width, and waits until its workers are gone, at most 35 s. Gives what a user must know if they may not be. */
export async function endJob(job: OpenJob, { reason, clock, onNote, look }: EndOptions): Promise<string | undefined> {
  await job.submitted.promise
  const { handle } = job
  if (!handle || job.busyWorkers === 0) return undefined
  const limit = new AbortController()
  const timer = clock.sleep(longestMs, limit.signal).then(
    () => limit.abort(),
    () => {},
  )
  const note = clock.sleep(noteAfterMs, limit.signal).then(
    () => onNote(`Waiting for the job ${handle.id} to end, for at most ${longestMs / 1_000} s.`),
    () => {},
  )
  // Whether AWS Batch takes it at once or turns it away for minutes, nobody waits for longer.
  let told = 'AWS Batch has not taken the request to end it'
  handle.terminate(reason, limit.signal).then(
    () => {
      told = 'It was told to end, and has not'
    },
    (error: unknown) => {
      if (!limit.signal.aborted) told = `It could not be ended: ${error instanceof Error ? error.message : String(error)} It has not ended`
    },
  )
  const isGone = await Promise.race([lastWorkerTold(job, limit.signal, { clock, look }), platformTold(job, limit.signal)])
  limit.abort()
  await Promise.all([timer, note])
  if (isGone) return undefined
  return `The job ${handle.id} may still be running. ${told} after ${longestMs / 1_000} s. See "batch list", and end it with "batch kill".`
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
