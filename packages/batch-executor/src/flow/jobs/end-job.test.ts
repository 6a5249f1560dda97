import { describe, expect, test } from 'vitest'
import { HeldClock } from '../../held-clock.fixture.ts'
import { endJob } from './end-job.ts'
import { OpenJob } from './open-job.ts'

/** Ends a job that never goes by itself, and gives what its user is told and how long that took. */
async function end(terminate: (job: OpenJob, signal: AbortSignal) => Promise<void>) {
  const clock = new HeldClock()
  const job = new OpenJob({ name: 'a', workers: 1, specs: [], fruitless: 0, at: clock.now() })
  const watch = async function* (signal: AbortSignal) {
    yield { status: 'running' } as const
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  job.handle = { id: 'job-1', watch, queueReason: async () => undefined, terminate: (_reason, signal) => terminate(job, signal) }
  job.submitted.resolve()
  const notes: string[] = []
  const startedAt = clock.now().getTime()
  const left = await endJob(job, { reason: 'enough', clock, onNote: (text) => notes.push(text), look: () => {} })
  return { left, notes, seconds: (clock.now().getTime() - startedAt) / 1_000 }
}

describe('a job that is ended', () => {
  const waits = ['Waiting for the job job-1 to end, for at most 35 s.']

  test('and goes is waited for and not spoken of', async () => {
    const { left, notes, seconds } = await end(async (job) => job.down())
    expect([left, notes]).toEqual([undefined, []])
    expect(seconds).toBeLessThan(1)
  })

  test.each<[string, (job: OpenJob, signal: AbortSignal) => Promise<void>, string]>([
    ['stays', async () => {}, 'It was told to end, and has not after 35 s.'],
    [
      'may not be ended',
      () => Promise.reject(new Error('Not allowed.')),
      'It could not be ended: Not allowed. It has not ended after 35 s.',
    ],
    [
      'cannot be told so, as AWS Batch turns all calls away',
      (_job, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      'AWS Batch has not taken the request to end it after 35 s.',
    ],
  ])('and %s is waited for 35 s, and named', async (_how, terminate, says) => {
    const { left, notes, seconds } = await end(terminate)
    expect(left).toBe(`The job job-1 may still be running. ${says} See "batch list", and end it with "batch kill".`)
    expect([notes, seconds]).toEqual([waits, 35])
  })
})
