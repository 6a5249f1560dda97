import { createMemoryStore, readRun, writeRun } from '@millrace/artifact-store'
import type { RunRecord, TaskSpec } from '@millrace/core-graph'
import { countRequests } from '@millrace/core-graph/testing'
import { describe, expect, test } from 'vitest'
import { SliceClaims } from '../claims/slice-claims.ts'
import { workerKey } from '../job-keys.ts'
import { recordOf } from '../scripted-executor.fixture.ts'
import { foreachSpecs, openBed } from './worker-bed.fixture.ts'

const retry = { times: 2, delayMs: 0, backoff: 1, maxDelayMs: 0 }
const boom = { name: 'Error', message: 'boom' }
const kinds = (events: readonly { kind: string }[]) => events.map(({ kind }) => kind)

describe('workers of one job', () => {
  test('share its tasks: each is run once, whoever is faster, and all of it is told', async () => {
    const bed = await openBed(foreachSpecs(200), { workers: 4 })
    const slow = new Promise<'succeed'>((resolve) => setTimeout(resolve, 200, 'succeed'))
    const all = await Promise.all([0, 1, 2, 3].map((worker) => bed.work(worker, () => (worker === 0 ? slow : 'succeed'))))
    expect(all.map(({ outcome }) => outcome.kind)).toEqual(['done', 'done', 'done', 'done'])
    const ran = all.flatMap((one) => one.ran)
    expect(ran.length).toBe(200)
    expect(new Set(ran).size).toBe(200)
    // The worker that hangs on its first task has had its slice taken over.
    expect(all[0]?.ran.length).toBeLessThan(10)
    const finished = (await bed.events()).flatMap((event) => (event.kind === 'finished' ? event.record : []))
    expect(finished.length).toBe(200)
    expect(finished).toEqual(expect.arrayContaining([await bed.records().then(([first]) => first)]))
    // What a task passes on is, when told, the very object of its input.
    const [record] = finished
    expect(record?.artifacts.big).toBe(bed.specOf(record?.task ?? '')?.inputs[0]?.artifacts.big)
  })

  test('cost few requests where tasks are short: no put for each, and no get but the manifest', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const bed = await openBed(foreachSpecs(100), { workers: 1 })
    for await (const { key } of bed.store.list('')) await store.put(key, (await bed.store.get(key)) ?? new Uint8Array())
    Object.assign(counts, { put: 0, get: 0, list: 0, delete: 0 })
    await bed.work(0, () => 'succeed', { on: store })
    // Claims for half of what is left, at most 32 tasks, and a few pieces of what happened.
    expect(counts.put).toBeLessThan(20)
    expect(counts).toMatchObject({ get: 1, list: 0, delete: 0 })
  })

  test('that were submitted twice do the work once', async () => {
    const bed = await openBed(foreachSpecs(60), { workers: 3 })
    const submissions = ['0000000a', '0000000b']
    const all = await Promise.all(
      submissions.flatMap((submission) => [0, 1, 2].map((worker) => bed.work(worker, () => 'succeed', { submission }))),
    )
    expect(all.flatMap(({ ran }) => ran).sort()).toEqual([...new Set(all.flatMap(({ ran }) => ran))].sort())
    expect((await bed.records()).length).toBe(60)
  })

  test('read a large manifest by its parts', async () => {
    const specs = foreachSpecs(3_000).map(
      (spec, index) => ({ ...spec, frames: [{ ...spec.frames[0], label: `item ${index} ${'x'.repeat(400)}` }] }) as TaskSpec,
    )
    const bed = await openBed(specs, { workers: 1_000 })
    const { store, counts } = countRequests(bed.store)
    const { ran } = await bed.work(999, () => 'succeed', { on: store, signal: AbortSignal.timeout(300) })
    expect(ran.slice(0, 4)).toEqual(['2999#0', '3000#0', '3001#0', '3#0'])
    expect(counts.get).toBeGreaterThan(2)
  })
})

describe('a task that fails', () => {
  test('is tried again by its worker, as often as its step says, each attempt told', async () => {
    const bed = await openBed(foreachSpecs(3, { retry }), { workers: 1 })
    const { outcome, ran } = await bed.work(0, ({ task, attempt }) => (task === '3' && attempt < 2 ? { fails: boom } : 'succeed'))
    expect(outcome.kind).toBe('done')
    expect(ran.filter((one) => one.startsWith('3#'))).toEqual(['3#0', '3#1', '3#2'])
    const told = (await bed.events()).filter((event) => 'task' in event && event.task.task === '3' && event.kind !== 'log')
    expect(kinds(told)).toEqual(['started', 'finished', 'started', 'finished', 'started', 'finished'])
  })

  test('for good makes the worker say so, and the others are done', async () => {
    const bed = await openBed(foreachSpecs(5), { workers: 1 })
    const { outcome, ran } = await bed.work(0, ({ task }) => (task === '3' ? { fails: boom } : 'succeed'))
    expect(outcome.kind).toBe('failed')
    expect(ran.length).toBe(5)
  })

  test('for want of memory is left to the scheduler, with its record', async () => {
    const bed = await openBed(foreachSpecs(1, { retry }), { workers: 1 })
    const { outcome, ran } = await bed.work(0, () => ({ lost: { name: 'MillraceError', code: 'out-of-memory', message: 'too much' } }))
    expect({ outcome, ran }).toEqual({ outcome: { kind: 'failed' }, ran: ['2#0'] })
    expect(await bed.records()).toMatchObject([{ task: '2', attempt: 0, status: 'failed', error: { code: 'out-of-memory' } }])
    expect(kinds(await bed.events())).toEqual(['up', 'started', 'log', 'lost', 'down'])
  })

  test('because its process died is recorded, and tried again', async () => {
    const bed = await openBed(foreachSpecs(1, { retry }), { workers: 1 })
    const { ran } = await bed.work(0, ({ attempt }) => (attempt === 0 ? { lost: boom } : 'succeed'))
    expect(ran).toEqual(['2#0', '2#1'])
    expect(await bed.records()).toMatchObject([{ task: '2', attempt: 1, status: 'succeeded' }])
  })
})

describe('a worker that dies', () => {
  test('leaves its tasks to its next incarnation, which knows what was done', async () => {
    const bed = await openBed(foreachSpecs(4), { workers: 1 })
    const stop = new AbortController()
    const first = await bed.work(
      0,
      ({ task }) => {
        if (task !== '4') return 'succeed'
        stop.abort()
        return 'wait'
      },
      { signal: stop.signal },
    )
    expect(first.outcome.kind).toBe('stopped')
    expect(kinds(await bed.events())).toContain('interrupted')
    const second = await bed.work(0, () => 'succeed', { incarnation: 2 })
    expect(second.outcome.kind).toBe('done')
    expect(second.ran).toContain('4#0')
    expect((await bed.records()).map(({ status }) => status)).toEqual(Array(4).fill('succeeded'))
    expect([...first.ran, ...second.ran].filter((one) => one === '2#0').length).toBe(1)
  })

  test('without a sign of life for a minute has its tasks taken over, at the attempt that it had come to', async () => {
    const bed = await openBed(foreachSpecs(4, { retry }), { workers: 2 })
    const dead = { ...bed.job, worker: 1, submission: '0000000a', incarnation: 1 }
    await new SliceClaims(bed.store, dead, { slice: 1, range: [2, 4] }).take('front', 1)
    await new SliceClaims(bed.store, dead, { slice: 1, range: [2, 4], claims: 1 }).take('front', 1)
    await bed.store.put(workerKey(dead), Buffer.from('{}'))
    await bed.commit(recordOf({ ...bed.specOf('5'), attempt: 0 } as TaskSpec, boom))
    const silent = { ...bed.store, list: agedList(bed.store, workerKey(dead)) }
    const { ran } = await bed.work(0, () => 'succeed', { on: silent })
    expect([...ran].sort()).toEqual(['2#0', '3#0', '4#0', '5#1'])
    expect((await bed.records()).map(({ task, attempt, status }) => `${task}#${attempt} ${status}`)).toEqual([
      '2#0 succeeded',
      '3#0 succeeded',
      '4#0 succeeded',
      '5#1 succeeded',
    ])
  })

  test('and is looked for by a live one within a minute keeps what it has', async () => {
    const bed = await openBed(foreachSpecs(2), { workers: 2 })
    const busy = bed.work(1, () => new Promise((resolve) => setTimeout(resolve, 100, 'succeed')))
    const { ran } = await bed.work(0)
    expect(ran).toEqual(['2#0'])
    expect((await busy).ran).toEqual(['3#0'])
  })
})

describe('a worker whose run is over', () => {
  const end = async (store: Parameters<typeof readRun>[0], change: Partial<RunRecord>): Promise<void> => {
    const run = await readRun(store, { flow: 'Wide', run: '1' })
    if (run) await writeRun(store, { ...run, ...change })
  }

  test.each<[string, Partial<RunRecord>]>([
    ['has ended', { status: 'failed' }],
    ['no sign of life', { heartbeatAt: new Date(Date.now() - 3_600_000).toISOString() }],
  ])('begins nothing: %s', async (why, change) => {
    const bed = await openBed(foreachSpecs(3))
    await end(bed.store, change)
    const { outcome, ran } = await bed.work(0)
    expect(outcome).toEqual({ kind: 'run-over', why: expect.stringContaining(why) })
    expect(ran).toEqual([])
  })

  test('has nothing to do where the manifest is gone', async () => {
    const bed = await openBed(foreachSpecs(3))
    await bed.store.delete([`Wide/batch/1/jobs/work-1/manifest`])
    expect((await bed.work(0)).outcome).toEqual({ kind: 'run-over', why: 'its manifest is gone' })
  })
})

/** Lists one object as if it had been written two minutes ago. */
function agedList(store: Parameters<typeof readRun>[0], old: string): typeof store.list {
  return async function* (prefix, options) {
    for await (const entry of store.list(prefix, options)) {
      const modifiedAt = new Date((entry.modifiedAt?.getTime() ?? 0) - 120_000)
      yield entry.key === old ? { ...entry, modifiedAt } : entry
    }
  }
}
