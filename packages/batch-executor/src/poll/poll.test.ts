import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Aws } from '../client/aws.ts'
import { HeldClock } from '../held-clock.fixture.ts'
import type { JobSnapshot } from '../jobs/job-snapshot.ts'
import { awsError, ScriptedConnection } from '../scripted-connection.fixture.ts'
import { JobPoller } from './job-poller.ts'
import { pollDelayMs } from './poll-pace.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')

function scripted(answer: ConstructorParameters<typeof ScriptedConnection>[1]) {
  const clock = new HeldClock()
  const connection = new ScriptedConnection(clock, answer)
  return { clock, connection, poller: new JobPoller(new Aws(connection, clock), { fastestMs: 1_000 }) }
}

/** Jobs that run until `endMs` and then have succeeded. */
const jobsUntil =
  (endMs: number) =>
  ({ input, atMs }: { input: Record<string, unknown>; atMs: number }) => ({
    jobs: (input.jobs as string[]).map((jobId) => ({ jobId, jobName: jobId, status: atMs - startMs < endMs ? 'RUNNING' : 'SUCCEEDED' })),
  })

async function statuses(snapshots: AsyncIterable<JobSnapshot>): Promise<string[]> {
  const seen: string[] = []
  for await (const { status } of snapshots) seen.push(status)
  return seen
}

describe('the pace of looks', () => {
  test('is never faster than the fastest, and eases to ten times that', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 200 }), (quiet, calls) => {
        const delay = pollDelayMs(quiet, calls, { fastestMs: 1_000 })
        return delay >= 1_000 && delay <= 10_000 && pollDelayMs(quiet + 1, calls, { fastestMs: 1_000 }) >= delay
      }),
    )
    expect([0, 1, 2, 6].map((quiet) => pollDelayMs(quiet, 1, { fastestMs: 1_000 }))).toEqual([1_000, 1_500, 2_250, 10_000])
  })
})

describe('the poller', () => {
  test('tells of a job at once, then of its changes alone, until it has ended', async () => {
    const { poller, connection } = scripted(jobsUntil(120_000))
    expect(await statuses(poller.follow('a'))).toEqual(['running', 'succeeded'])
    // Every second at first, every ten in the end.
    expect(connection.calls.length).toBeGreaterThan(12)
    expect(connection.calls.length).toBeLessThan(20)
  })

  test('looks at a job that is followed at the very moment at which the last one has ended, however many turns later that is', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const { poller } = scripted(jobsUntil(0))
      const first = Promise.withResolvers<void>()
      for await (const { status } of poller.follow('a')) if (status === 'succeeded') first.resolve()
      await first.promise
      for (let turn = 0; turn < turns; turn += 1) await undefined
      expect(await statuses(poller.follow('b'))).toEqual(['succeeded'])
    }
  }, 5_000)

  test('looks at 1,000 jobs with at most 100 ids a call and one call a second', async () => {
    const { poller, connection } = scripted(jobsUntil(60_000))
    const all = await Promise.all(Array.from({ length: 1_000 }, (_, index) => statuses(poller.follow(`job-${index}`))))
    expect(all.every((seen) => seen.join() === 'running,succeeded')).toBe(true)
    expect(Math.max(...connection.calls.map(({ input }) => (input.jobs as string[]).length))).toBe(100)
    const gaps = connection.calls.slice(1).map(({ atMs }, index) => atMs - (connection.calls[index]?.atMs ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
    expect(connection.calls.length).toBeLessThan(90)
  })

  test('takes a job that AWS does not know yet for one that is coming, for a minute', async () => {
    const late = scripted((call) => (call.atMs - startMs < 30_000 ? { jobs: [] } : jobsUntil(40_000)(call)))
    expect(await statuses(late.poller.follow('a'))).toEqual(['running', 'succeeded'])
    const never = scripted(() => ({ jobs: [] }))
    await expect(statuses(never.poller.follow('a'))).rejects.toMatchObject({ code: 'not-found', subject: 'a' })
  })

  test('sees a new job within a second, however long it has been quiet', async () => {
    const { poller, connection, clock } = scripted((call) => jobsUntil((call.input.jobs as string[]).length > 1 ? 301_000 : 900_000)(call))
    const old = statuses(poller.follow('old'))
    await clock.sleep(300_500)
    const before = clock.now().getTime()
    const seen = connection.calls.length
    const fresh = statuses(poller.follow('new'))
    await clock.sleep(1_001)
    expect(connection.calls.length).toBeGreaterThan(seen)
    expect((connection.calls[seen]?.atMs ?? 0) - before).toBeLessThanOrEqual(1_000)
    expect(await fresh).toContain('succeeded')
    expect(await old).toContain('succeeded')
  })

  test('tells the watchers of a call that is given up, and goes on for the others that come', async () => {
    let works = false
    const { poller } = scripted((call) => (works ? jobsUntil(0)(call) : awsError(403, 'AccessDeniedException')))
    await expect(statuses(poller.follow('a'))).rejects.toMatchObject({ code: 'access-denied' })
    works = true
    expect(await statuses(poller.follow('a'))).toEqual(['succeeded'])
  })

  test('stops when nobody watches, and when it is closed', async () => {
    const { poller, connection, clock } = scripted(jobsUntil(1e9))
    const controller = new AbortController()
    const one = statuses(poller.follow('a', controller.signal))
    await clock.sleep(5_000)
    controller.abort(new Error('enough'))
    await expect(one).rejects.toThrow('enough')
    const made = connection.calls.length
    await clock.sleep(60_000)
    expect(connection.calls.length).toBe(made)
    const other = statuses(poller.follow('b'))
    other.catch(() => undefined)
    await clock.sleep(2_000)
    await poller.close()
    await expect(other).rejects.toMatchObject({ code: 'closed' })
    await expect(statuses(poller.follow('c'))).rejects.toMatchObject({ code: 'closed' })
  })
})
