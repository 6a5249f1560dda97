import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordState, restoreState } from '../journal/state-record.ts'
import { applyEvent } from './apply-event.ts'
import type { BatchEvent } from './batch-event.ts'
import type { BatchState } from './batch-state.ts'
import { isFinal, type Job, type JobStatus, jobStatuses } from './jobs/job.ts'
import { Bench, freshState, perHost } from './machine.fixture.ts'

/** A step of a random life. Numbers choose among what is there. */
type Step =
  | {
      readonly kind: 'submit'
      readonly size: number
      readonly vcpus: number
      readonly attempts: number
      readonly exit75: boolean
      readonly timeout: boolean
      readonly depends: 'none' | 'job' | 'N_TO_N' | 'SEQUENTIAL'
      readonly on: number
      readonly queue: 'queue' | 'empty'
    }
  | { readonly kind: 'stop'; readonly on: number; readonly by: 'cancel' | 'terminate'; readonly delayMs: number }
  | { readonly kind: 'start' | 'pull'; readonly on: number }
  | { readonly kind: 'exit'; readonly on: number; readonly exitCode: number }
  | { readonly kind: 'host' | 'pass'; readonly on: number }
  | { readonly kind: 'stack' }

const on = fc.nat({ max: 40 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      size: fc.constantFrom(1, 1, 2, 3),
      vcpus: fc.integer({ min: 1, max: 5 }),
      attempts: fc.integer({ min: 1, max: 3 }),
      exit75: fc.boolean(),
      timeout: fc.boolean(),
      depends: fc.constantFrom('none' as const, 'job' as const, 'N_TO_N' as const, 'SEQUENTIAL' as const),
      on,
      queue: fc.constantFrom('queue' as const, 'queue' as const, 'queue' as const, 'empty' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stop' as const),
      on,
      by: fc.constantFrom('cancel' as const, 'terminate' as const),
      delayMs: fc.constantFrom(0, 5_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('start' as const, 'start' as const, 'pull' as const), on }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('exit' as const), on, exitCode: fc.constantFrom(0, 0, 1, 75, 143) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('host' as const), on }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), on }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'stack' as const }) },
)

/** Does a step, as far as there is something to do it to. */
function take(bench: Bench, each: Step, number: number): void {
  const { state, containers } = bench
  const choose = <T>(from: readonly T[], place: number): T | undefined => from[place % Math.max(1, from.length)]
  const container = 'on' in each ? choose([...containers], each.on) : undefined
  switch (each.kind) {
    case 'submit': {
      const other = choose(
        [...state.jobs.values()].filter(({ index }) => index === undefined),
        each.on,
      )
      const size = each.size === 1 ? undefined : each.size
      const fits = each.depends === 'N_TO_N' ? other?.array?.size === size && size !== undefined : true
      const jobId = other && fits && each.depends !== 'none' ? other.id : undefined
      const sequential = each.depends === 'SEQUENTIAL' && size !== undefined
      const dependsOn = sequential
        ? [{ type: 'SEQUENTIAL' as const }]
        : jobId === undefined
          ? []
          : [{ jobId, ...(each.depends === 'N_TO_N' ? { type: 'N_TO_N' as const } : {}) }]
      const evaluateOnExit = [
        { onExitCode: '75', action: 'RETRY' },
        { onReason: '*', action: 'EXIT' },
      ]
      bench.submit(`job-${number}`, {
        queue: each.queue,
        vcpus: each.vcpus,
        retryStrategy: { attempts: each.attempts, ...(each.exit75 ? { evaluateOnExit } : {}) },
        ...(each.timeout ? { timeoutSeconds: 60 } : {}),
        ...(size === undefined ? {} : { size }),
        dependsOn,
      })
      return
    }
    case 'stop': {
      const job = choose([...state.jobs.values()], each.on)
      if (job) bench.apply({ type: 'stop', id: job.id, reason: 'asked', by: each.by, delayMs: each.delayMs })
      return
    }
    case 'start':
    case 'pull': {
      if (!container || container[1].started) return
      const [taskId, { jobId }] = container
      if (each.kind === 'start') container[1].started = true
      else containers.delete(taskId)
      bench.apply(
        each.kind === 'start'
          ? { type: 'started', jobId, taskId }
          : { type: 'start-failed', jobId, taskId, reason: 'CannotPullContainerError: x' },
      )
      return
    }
    case 'exit': {
      if (!container) return
      const [taskId, { jobId, signals }] = container
      containers.delete(taskId)
      bench.apply({ type: 'exited', jobId, taskId, exitCode: signals.includes('SIGKILL') ? 137 : each.exitCode })
      return
    }
    case 'host': {
      const host = choose([...(state.queues.get('queue')?.pool.ids ?? [])], each.on)
      if (host !== undefined) bench.apply({ type: 'host-lost', host })
      return
    }
    case 'pass':
      bench.pass(each.on * 2_000)
      return
    case 'stack':
      containers.clear()
      bench.apply({ type: 'stack-lost' })
  }
}

const childrenOf = (state: BatchState, { id, array }: Job): readonly Job[] =>
  Array.from({ length: array?.size ?? 0 }, (_, index) => state.jobs.get(`${id}:${index}`) as Job)

function checkInvariants(bench: Bench, ends: Map<string, JobStatus>): void {
  const { state } = bench
  const used = new Map<string, number>()
  for (const job of state.jobs.values()) {
    const end = ends.get(job.id)
    if (end !== undefined) expect(job.status).toBe(end)
    if (isFinal(job.status)) ends.set(job.id, job.status)
    expect(job.attempts.length).toBeLessThanOrEqual(job.spec.retryStrategy.attempts ?? 1)
    const open = job.attempts.filter(({ stoppedAt }) => stoppedAt === undefined)
    const isOnHost = job.status === 'STARTING' || job.status === 'RUNNING'
    expect(open.length).toBe(isOnHost ? 1 : 0)
    for (const { host } of open) used.set(host, (used.get(host) ?? 0) + job.spec.vcpus)
    if (job.array) checkParent(state, job)
  }
  for (const { pool } of state.queues.values())
    for (const [place, host] of pool.ids.entries()) {
      const taken = used.get(host) ?? 0
      expect(taken).toBeLessThanOrEqual(perHost.vcpus)
      expect(pool.freeRooms[place]?.vcpus).toBe(perHost.vcpus - taken)
      used.delete(host)
    }
  expect([...used]).toEqual([])
}

function checkParent(state: BatchState, parent: Job): void {
  const children = childrenOf(state, parent)
  const counted = Object.fromEntries(jobStatuses.map((status) => [status, children.filter((child) => child.status === status).length]))
  expect(parent.array?.counts).toEqual(counted)
  const statuses = children.map(({ status }) => status)
  const allEnded = statuses.every(isFinal)
  if (allEnded) expect(parent.status).toBe(statuses.includes('FAILED') ? 'FAILED' : 'SUCCEEDED')
  else expect(['SUBMITTED', 'PENDING']).toContain(parent.status)
  if (statuses.some((status) => !isFinal(status) && status !== 'SUBMITTED')) expect(parent.status).toBe('PENDING')
}

/** Whether a job can never run: no host is large enough, or what it waits for never runs. */
function isStuck(state: BatchState, job: Job): boolean {
  if (isFinal(job.status)) return false
  if (job.array) return childrenOf(state, job).some((child) => isStuck(state, child))
  if (job.status === 'RUNNABLE') return !state.queues.get(job.spec.queue)?.pool.couldHold(job.spec)
  return job.status === 'PENDING'
}

const lives = fc.record({
  latency: fc.constantFrom('fast' as const, 'real' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 60 }),
})

describe('whatever happens to jobs', () => {
  test('none is lost, attempts and capacity keep their limits, parents follow their children, and what has ended stays as it is', () => {
    fc.assert(
      fc.property(lives, ({ latency, steps }) => {
        const bench = new Bench(freshState({ latency }))
        const ends = new Map<string, JobStatus>()
        for (const [number, each] of steps.entries()) {
          const before = [...bench.state.jobs.keys()]
          take(bench, each, number)
          expect(before.filter((id) => !bench.state.jobs.has(id))).toEqual([])
          checkInvariants(bench, ends)
        }
        bench.finish()
        checkInvariants(bench, ends)
        for (const job of bench.state.jobs.values())
          expect([job.id, isFinal(job.status) || isStuck(bench.state, job)]).toEqual([job.id, true])
      }),
      { numRuns: 300 },
    )
  })

  test('the same events give the same state, also with a record on disk between them', () => {
    fc.assert(
      fc.property(lives, fc.nat(), ({ latency, steps }, cut) => {
        const bench = new Bench(freshState({ latency }))
        for (const [number, each] of steps.entries()) take(bench, each, number)
        bench.pass(0)
        const log = JSON.parse(JSON.stringify(bench.log)) as (readonly [number, BatchEvent])[]
        const place = cut % (log.length + 1)
        const first = freshState({ latency })
        for (const [at, event] of log.slice(0, place)) applyEvent(first, event, at)
        const second = freshState({ latency })
        restoreState(second, JSON.parse(JSON.stringify(recordState(first))), first.now)
        // Time alone is not recorded.
        for (const [at, event] of log.slice(place)) if (event.type !== 'time') applyEvent(second, event, at)
        applyEvent(second, { type: 'time' }, bench.nowMs)
        expect(plain(second)).toEqual(plain(bench.state))
      }),
      { numRuns: 200 },
    )
  })
})

/** As it would be on disk, with lists that hold the same jobs whatever has left them. */
function plain(state: BatchState): unknown {
  return JSON.parse(JSON.stringify(recordState(state)))
}
