import { describe, expect, test } from 'vitest'
import { HeldClock } from '../../held-clock.fixture.ts'
import { OpenJob } from './open-job.ts'
import { QueueWait } from './queue-wait.ts'

/** A job in a queue whose platform says these things about it, one at each question. */
function waiting(answers: readonly (string | undefined)[], maxQueueMs?: number) {
  const clock = new HeldClock()
  const job = new OpenJob({ name: 'a', workers: 2, specs: [], fruitless: 0, at: clock.now() })
  const left = [...answers]
  const asked: number[] = []
  const startedAt = clock.now().getTime()
  const queueReason = async (): Promise<string | undefined> => {
    asked.push((clock.now().getTime() - startedAt) / 1_000)
    if (left.length === 1) job.up()
    return left.shift()
  }
  job.handle = { id: 'job-1', async *watch() {}, queueReason, terminate: async () => {} }
  const notes: string[] = []
  const wait = new QueueWait(job, { clock, onNote: (text) => notes.push(text), ...(maxQueueMs === undefined ? {} : { maxQueueMs }) })
  return { job, wait, notes, asked }
}

describe('a job in the queue', () => {
  test('is asked after 15 s and then each minute why it waits, until a worker comes; each reason is told once', async () => {
    const { wait, notes, asked } = waiting([undefined, 'CAPACITY: a', 'CAPACITY: a', 'CAPACITY: b'])
    await wait.ask()
    expect(asked).toEqual([15, 75, 135, 195])
    expect(notes).toEqual(['The job job-1 waits: CAPACITY: a', 'The job job-1 waits: CAPACITY: b'])
  })

  test('is asked no more when nobody waits for it', async () => {
    const { job, wait, asked } = waiting([])
    const asking = wait.ask()
    job.end()
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' })
    expect(asked).toEqual([])
  })

  test.each([
    [undefined, 'AWS Batch gives no reason. Give it more time'],
    ['CAPACITY:NONE', 'AWS Batch says: CAPACITY:NONE. Give it more time with --max-queue-time, ask for less'],
    ['MISCONFIGURATION:SIZE', 'AWS Batch says: MISCONFIGURATION:SIZE. Ask for less cpu, memory or gpu,'],
  ])('for too long is given up, with what the platform says: %s', async (reason, says) => {
    const { wait } = waiting([reason, 'never asked'], 600_000)
    expect(await wait.untilTooLong()).toContain(`Gave up on the job job-1, which waited in its queue for 10 min. ${says}`)
  })

  test('to which a worker comes while it is asked is not given up', async () => {
    await expect(waiting(['CAPACITY:NONE'], 1_000).wait.untilTooLong()).rejects.toThrow('begun')
  })
})
