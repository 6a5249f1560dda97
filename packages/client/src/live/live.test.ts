import { hostname } from 'node:os'
import { commitTask, createMemoryStore, encodeLog, logKey, writeRun } from '@millrace/artifact-store'
import type { LogLine, ObjectStore } from '@millrace/core-graph'
import { countRequests } from '@millrace/core-graph/testing'
import { describe, expect, test } from 'vitest'
import { Client } from '../client.ts'
import type { RunUpdate } from '../run/run.ts'
import { endedRun, squaresRun, squaresTask, storeRun } from '../squares.fixture.ts'
import { heldClock } from './held-clock.fixture.ts'

const start = new Date('2026-11-23T03:00:00.000Z')
const alive = (fields = {}) => squaresRun({ heartbeatAt: start.toISOString(), ...fields })
const gone = { host: hostname(), pid: 2 ** 22 + 1 }

const tell = (update: RunUpdate): string =>
  update.kind === 'run' ? `${update.run.status}${update.run.lost ? ' (lost)' : ''}` : `${update.kind} ${update.task.step}/${update.task.id}`

async function watch(store: ObjectStore, clock = heldClock(start), signal?: AbortSignal): Promise<string[]> {
  const run = await Client.open({ store, namespace: null, clock }).get('Squares/1')
  const told: string[] = []
  for await (const update of run.watch(signal ? { signal } : {})) told.push(tell(update))
  return told
}

describe('watching a run', () => {
  test('tells what has been, what comes, each once, and ends with it', async () => {
    const store = createMemoryStore()
    await writeRun(store, alive())
    await commitTask(store, squaresTask({ step: 'start', task: '1' }))
    const error = { name: 'Error', message: 'once' }
    const clock = heldClock(start, async (slept) => {
      if (slept === 2) await commitTask(store, squaresTask({ step: 'a', task: '2', status: 'failed', error }))
      if (slept === 30) await commitTask(store, squaresTask({ step: 'a', task: '2', attempt: 1, finishedAt: '2026-11-23T02:43:08.000Z' }))
      if (slept === 30) await commitTask(store, squaresTask({ step: 'b', task: '3', finishedAt: '2026-11-23T02:43:07.000Z' }))
      if (slept === 31) await commitTask(store, squaresTask({ step: 'end', task: '4' }))
      if (slept === 31) await writeRun(store, endedRun())
    })
    expect(await watch(store, clock)).toEqual([
      'running',
      'task-succeeded start/1',
      'task-failed a/2',
      'task-succeeded b/3',
      'task-succeeded a/2',
      'task-succeeded end/4',
      'succeeded',
    ])
    // 27 looks in vain, from 0.1 s to 2 s apart.
    expect(clock.sleptMs()).toBeGreaterThan(30_000)
  })

  test('that has ended tells all of it and ends', async () => {
    const store = createMemoryStore()
    await storeRun(store, endedRun({ status: 'failed' }))
    const clock = heldClock(start)
    const told = await watch(store, clock)
    expect([told[0], told.length, clock.sleptMs()]).toEqual(['failed', 8, 0])
  })

  test('gives each task with its attempts, and the run with its tags', async () => {
    const store = createMemoryStore()
    await storeRun(store, endedRun({ tags: ['a'] }))
    const run = await Client.open({ store, namespace: null }).get('Squares/1')
    await run.editTags({ add: ['b'] })
    const updates = await (await Client.open({ store, namespace: null }).get('Squares/1')).watch().toArray()
    expect(updates.flatMap((update) => (update.kind === 'run' ? update.run.tags : []))).toEqual(['a', 'b'])
    const attempts = updates.flatMap((update) => (update.kind !== 'run' && update.task.id === '4' ? update.task.attempts.length : []))
    expect(attempts).toEqual([1, 2])
  })

  test.each([
    ['silent for long', { heartbeatAt: '2026-11-23T02:00:00.000Z' }, { first: 'failed (lost)', last: 'task-succeeded end/6', waitedMs: 0 }],
    ['of a process that is gone', gone, { first: 'running', last: 'failed (lost)', waitedMs: 100 }],
  ])('that is lost, %s, ends at once', async (_, fields, { first, last, waitedMs }) => {
    const store = createMemoryStore()
    await storeRun(store, alive(fields))
    const clock = heldClock(start)
    const told = await watch(store, clock)
    expect([told[0], told.at(-1), clock.sleptMs()]).toEqual([first, last, waitedMs])
  })

  test('that ends while its process is found gone tells how it ended', async () => {
    const store = createMemoryStore()
    await writeRun(store, alive(gone))
    const clock = heldClock(start, () => writeRun(store, endedRun(gone)))
    expect(await watch(store, clock)).toEqual(['running', 'succeeded'])
  })

  test('that falls silent ends after five minutes, and one that slept with its machine goes on', async () => {
    const silent = createMemoryStore()
    await writeRun(silent, alive())
    const clock = heldClock(start)
    expect(await watch(silent, clock)).toEqual(['running', 'failed (lost)'])
    expect(clock.sleptMs()).toBeGreaterThan(300_000)

    const asleep = createMemoryStore()
    await writeRun(asleep, alive())
    let jump = 0
    const jumping = heldClock(start, async (slept) => {
      if (slept === 3) jump = 8 * 3_600_000
      if (slept === 10) await writeRun(asleep, alive({ heartbeatAt: jumped.now().toISOString() }))
      if (slept === 11) await writeRun(asleep, endedRun())
    })
    const jumped = { ...jumping, now: () => new Date(jumping.now().getTime() + jump) }
    expect(await watch(asleep, jumped)).toEqual(['running', 'succeeded'])
  })

  test('that is dead ends although a clock that was set back says otherwise', async () => {
    const store = createMemoryStore()
    await writeRun(store, alive({ heartbeatAt: '2027-01-01T00:00:00.000Z' }))
    expect(await watch(store)).toEqual(['running', 'failed (lost)'])
  })

  test('ends with the reason of its signal', async () => {
    const store = createMemoryStore()
    await writeRun(store, alive())
    const stop = new AbortController()
    const reason = new Error('enough')
    const clock = heldClock(start, (slept) => {
      if (slept === 2) stop.abort(reason)
    })
    await expect(watch(store, clock, stop.signal)).rejects.toBe(reason)
  })

  test('costs a get and a listing a look, and reads no record twice', async () => {
    const inner = createMemoryStore()
    await storeRun(inner, alive())
    const { store, counts } = countRequests(inner)
    const run = await Client.open({
      store,
      namespace: null,
      clock: heldClock(start, (slept) => (slept === 9 ? writeRun(inner, endedRun()) : undefined)),
    }).get('Squares/1')
    Object.assign(counts, { get: 0, list: 0 })
    await run.watch().toArray()
    expect(counts).toEqual({ put: 0, get: 10 + 7, list: 10, delete: 0 })
  })
})

describe('following logs', () => {
  const line = (text: string, stream: LogLine['stream'] = 'stdout'): LogLine => ({ at: new Date(0), stream, text })
  const log = (task: string, attempt = 0, segment = 0) =>
    logKey({ flow: 'Squares', run: '1', step: task === '1' ? 'start' : 'fit', task, attempt, segment })
  const put = (store: ObjectStore, key: string, ...texts: string[]): Promise<boolean> =>
    store.put(key, encodeLog(texts.map((text) => line(text))))

  test('gives what is there and what comes, each line once, reading only what is new', async () => {
    const inner = createMemoryStore()
    await writeRun(inner, alive())
    await put(inner, log('1'), 'a')
    const ranges: unknown[] = []
    const store: ObjectStore = {
      ...inner,
      get: (key, options) => {
        if (key.endsWith('.log')) ranges.push(options?.range)
        return inner.get(key, options)
      },
    }
    const clock = heldClock(start, async (slept) => {
      if (slept === 2) await put(inner, log('1'), 'a', 'bé')
      if (slept === 3) await put(inner, log('2'), 'other')
      if (slept === 4) await put(inner, log('2', 1), 'retried')
      if (slept === 5) await put(inner, log('1'), 'a', 'bé', 'c')
      if (slept === 5) await writeRun(inner, endedRun())
    })
    const run = await Client.open({ store, namespace: null, clock }).get('Squares/1')
    const lines = await run.followLogs().toArray()
    expect(lines.map(({ step, task, attempt, text }) => `${step}/${task}/${attempt} ${text}`)).toEqual([
      'start/1/0 a',
      'start/1/0 bé',
      'fit/2/0 other',
      'fit/2/1 retried',
      'start/1/0 c',
    ])
    expect(ranges.slice(0, 2)).toEqual([
      [0, 29],
      [29, 60],
    ])
  })

  test('gives the parts of a log in their order, each read once, and the rest of one that was saved again', async () => {
    const inner = createMemoryStore()
    await writeRun(inner, alive())
    for (let segment = 0; segment < 12; segment += 1) await put(inner, log('1', 0, segment), `part ${segment}`)
    const { store, counts } = countRequests(inner)
    const clock = heldClock(start, async (slept) => {
      if (slept === 1) await put(inner, log('1', 0, 11), 'part 11', 'more')
      if (slept === 2) await put(inner, log('2'), 'other')
      if (slept === 2) await put(inner, log('1', 0, 12), 'part 12')
      if (slept === 2) await writeRun(inner, endedRun())
    })
    const run = await Client.open({ store, namespace: null, clock }).get('Squares/1')
    counts.get = 0
    const texts = (await run.followLogs().toArray()).map(({ text }) => text)
    expect(texts).toEqual([...Array.from({ length: 12 }, (_, segment) => `part ${segment}`), 'more', 'part 12', 'other'])
    // Three looks at the run, and a get for each part, and for what was new in one.
    expect(counts.get).toBe(3 + 12 + 1 + 2)
  })

  test('begins with the latest attempt of each task, can be of one step or task, and ends when the scheduler is dead', async () => {
    const store = createMemoryStore()
    await writeRun(store, alive(gone))
    await put(store, log('1'), 'first')
    await put(store, log('2'), 'old')
    await put(store, log('2', 1), 'new')
    await put(store, log('3'), 'three')
    const run = await Client.open({ store, namespace: null, clock: heldClock(start) }).get('Squares/1')
    const texts = async (place = {}): Promise<string[]> => (await run.followLogs(place).toArray()).map(({ text }) => text)
    expect(await texts()).toEqual(['first', 'new', 'three'])
    expect(await texts({ step: 'fit' })).toEqual(['new', 'three'])
    expect(await texts({ step: 'fit', task: '2' })).toEqual(['new'])
  })
})
