import { hostname } from 'node:os'
import { commitTask, createMemoryStore, logKey, recordRunEnd, writeLog, writeRun } from '@millrace/artifact-store'
import type { ObjectStore } from '@millrace/core-graph'
import { countRequests } from '@millrace/core-graph/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { Client, type ClientOptions } from './client.ts'
import { endedRun, Squares, squaresRun, squaresTask, storeRun } from './squares.fixture.ts'

const nothing = { put: 0, get: 0, list: 0, delete: 0 }
const open = (store: ObjectStore, namespace: string | null = 'user:ada', options: ClientOptions = {}): Client =>
  Client.open({ store, namespace, ...options })

describe('what a run left behind', () => {
  const store = createMemoryStore()
  const client = open(store)
  beforeAll(() => storeRun(store, endedRun({ tags: ['nightly'] })))

  test('is found from the top to the bottom', async () => {
    expect((await client.flows().toArray()).map(({ name }) => name)).toEqual(['Squares'])
    const run = await client.flow(Squares).latestSuccessfulRun()
    expect(run).toMatchObject({
      id: '1',
      pathspec: 'Squares/1',
      status: 'succeeded',
      successful: true,
      finished: true,
      lost: false,
      error: undefined,
      tags: ['nightly'],
      user: 'ada',
      namespace: 'user:ada',
      originRunId: undefined,
      durationMs: 9_000,
    })
    expect(run?.systemTags).toContain('millrace:0.1.0')
    expect(run?.createdAt).toEqual(new Date('2026-11-23T02:43:00.000Z'))
    expect(run?.finishedAt).toEqual(new Date('2026-11-23T02:43:09.000Z'))
    expect(await run?.parameters).toEqual({ size: 3 })
    expect(await run?.data({ include: ['total', 'size'] })).toEqual({ total: 5, size: 3 })
    expect((await run?.data())?.total).toBe(5)
    expect((await run?.steps().toArray())?.map(({ name }) => name)).toEqual(['end', 'gather', 'compute', 'start'])
    expect((await run?.step('compute').tasks().toArray())?.map(({ id }) => id)).toEqual(['4', '3', '2'])
    expect((await run?.tasks().toArray())?.map(({ id }) => id)).toEqual(['6', '5', '4', '3', '2', '1'])
  })

  test('is reached by its address', async () => {
    expect((await client.get('Squares')).name).toBe('Squares')
    expect((await client.get('Squares/1')).id).toBe('1')
    expect((await client.get('Squares/1/compute')).pathspec).toBe('Squares/1/compute')
    expect((await client.get('Squares/1/compute/4')).index).toBe(2)
    expect(await (await client.get('Squares/1/compute/4/square')).value()).toBe(4)
    const run = await client.get('Squares/1')
    for (const address of ['compute/4', 'Squares/1/compute/4']) expect((await run.task(address)).pathspec).toBe('Squares/1/compute/4')
    await expect(run.task('compute')).rejects.toThrow(TypeError)
  })

  test.each([
    ['Sqares', 'not-found', /Could not find Sqares\. Sqares has no runs in memory:.* Did you mean the flow Squares\?/],
    ['Sqares/1', 'not-found', /Did you mean the flow Squares\?/],
    ['Squares/7', 'not-found', /Could not find Squares\/7\. The newest runs are 1\./],
    ['Squares/1/compte', 'not-found', /Did you mean the step compute\?/],
    ['Squares/1/compute/9', 'not-found', /Its tasks are 2, 3, 4\./],
    ['Squares/1/compte/2', 'not-found', /The steps that have tasks are start, compute, gather, end\./],
    ['Squares/1/compute/2/sqare', 'not-found', /Did you mean the artifact square\?/],
    ['Squares/1/compute/2/x/y', 'invalid-pathspec', /6 parts/],
    ['Squares/../x', 'invalid-pathspec', /is not a run number/],
  ])('and %s is told what there is', async (address, code, says) => {
    const error: unknown = await client.get(address).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringMatching(says) })
  })

  test('tells a task’s attempts, index, times, lineage and artifacts', async () => {
    const task = await client.get('Squares/1/compute/4')
    expect(task).toMatchObject({ status: 'succeeded', successful: true, finished: true, index: 2, origin: undefined, exception: undefined })
    expect(task.attempts).toMatchObject([
      { attempt: 0, status: 'failed', durationMs: 1_000, exception: { message: 'once' } },
      { attempt: 1, status: 'succeeded', durationMs: 0 },
    ])
    expect(task.artifacts().map(({ name }) => name)).toEqual(['numbers', 'total', 'square'])
    const square = task.artifact('square')
    expect([square.pathspec, square.sizeBytes, square.sha256.length]).toEqual(['Squares/1/compute/4/square', 2, 64])
    expect([await square.value(), await square.json()]).toEqual([4, 4])
    expect((await task.parents().toArray()).map(({ pathspec }) => pathspec)).toEqual(['Squares/1/start/1'])
    const gather = await client.get('Squares/1/gather/5')
    expect(gather.index).toBeUndefined()
    expect((await gather.parents().toArray()).map(({ id }) => id)).toEqual(['2', '3', '4'])
    expect((await gather.children().toArray()).map(({ id }) => id)).toEqual(['6'])
    expect((await (await client.get('Squares/1/start/1')).children().toArray()).map(({ index }) => index)).toEqual([0, 1, 2])
    expect(await (await client.get('Squares/1/end/6')).children().toArray()).toEqual([])
    expect(await gather.artifact('big').json()).toHaveLength(1_000)
  })

  test('tells what a task wrote', async () => {
    const task = await client.get('Squares/1/compute/3')
    expect(await task.stdout()).toBe('squaring 1\n')
    expect(await task.stderr()).toBe('careful\n')
    expect(await task.logLines().toArray()).toEqual([
      { at: new Date(0), stream: 'stdout', text: 'squaring 1' },
      { at: new Date(1), stream: 'stderr', text: 'careful' },
    ])
    expect(await (await client.get('Squares/1/compute/4')).stdout({ attempt: 0 })).toBe('')
    expect(await (await client.get('Squares/1/end/6')).stdout()).toBe('')
    await expect(task.stdout({ attempt: 3 })).rejects.toThrow(
      'Could not find attempt 3 of Squares/1/compute/3. Its attempts, from 0, are 0.',
    )
  })

  test('of a task that resume took over is read where it ran', async () => {
    await storeRun(store, endedRun({ run: '2', originRunId: '1' }))
    await commitTask(store, squaresTask({ run: '2', step: 'again', task: '7', origin: 'Squares/1/compute/3' }))
    const task = await client.get('Squares/2/again/7')
    expect(task.origin).toBe('Squares/1/compute/3')
    expect(await task.stdout()).toBe('squaring 1\n')
    expect((await client.get('Squares/2')).originRunId).toBe('1')
  })

  test('costs what it must', async () => {
    const { store: counting, counts } = countRequests(store)
    const counted = async (work: () => Promise<unknown>): Promise<object> => {
      Object.assign(counts, nothing)
      await work()
      return { ...counts }
    }
    const counter = open(counting)
    const run = await counter.get('Squares/1')
    expect(await counted(() => counter.get('Squares/1'))).toEqual({ ...nothing, get: 1, list: 1 })
    expect(await counted(async () => run.parameters)).toEqual(nothing)
    expect(await counted(() => run.data({ include: ['total'] }))).toEqual({ ...nothing, get: 1, list: 1 })
    expect(await counted(() => run.data({ include: ['total'] }))).toEqual({ ...nothing, list: 1 })
    expect(await counted(() => run.step('compute').tasks().toArray())).toEqual({ ...nothing, get: 4, list: 1 })
    const tasks = await run.step('compute').tasks().toArray()
    expect(await counted(() => Promise.all(tasks.map((each) => each.parents().toArray())))).toEqual({ ...nothing, get: 3, list: 3 })
    expect(await counted(() => Promise.all(tasks.map((each) => each.parents().toArray())))).toEqual({ ...nothing, list: 3 })
    const task = await run.task('gather/5')
    expect(await counted(async () => task.artifacts())).toEqual(nothing)
    expect(await counted(() => task.artifact('total').value())).toEqual(nothing)
    expect(await counted(() => task.artifact('big').value())).toEqual({ ...nothing, get: 1 })
    expect(await counted(() => task.stdout())).toEqual(nothing)
    const talkative = await run.task('compute/2')
    expect(await counted(() => talkative.stdout())).toEqual({ ...nothing, get: 1 })
  })
})

describe('the runs of a flow', () => {
  test('are the newest first, by number, whatever their clocks said', async () => {
    const store = createMemoryStore()
    for (let run = 1; run <= 12; run += 1)
      await writeRun(
        store,
        endedRun({
          run: String(run),
          createdAt: new Date(Date.UTC(2026, 0, 1) - run * 60_000).toISOString(),
          finishedAt: '2025-01-01T00:00:00.000Z',
        }),
      )
    const runs = await open(store).flow('Squares').runs().toArray()
    expect(runs.map(({ id }) => Number(id))).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(runs.map(({ durationMs }) => durationMs)).toEqual(Array(12).fill(0))
  })

  test('are 1,000 for 3 requests, and so is the latest that succeeded', async () => {
    const inner = createMemoryStore()
    for (let run = 1; run <= 1_000; run += 1)
      await writeRun(inner, endedRun({ run: String(run), ...(run > 10 ? { status: 'failed' } : {}) }))
    for (let end = 0; end < 4; end += 1) await recordRunEnd(inner, endedRun())
    const { store, counts } = countRequests(inner)
    const flow = open(store).flow(Squares)
    expect(await flow.runs().toArray()).toHaveLength(1_000)
    expect(counts).toEqual({ ...nothing, list: 2, get: 1 })
    Object.assign(counts, nothing)
    expect((await flow.latestSuccessfulRun())?.id).toBe('10')
    expect(counts).toEqual({ ...nothing, list: 2, get: 1 })
    Object.assign(counts, nothing)
    expect((await flow.latestRun())?.id).toBe('1000')
    expect(counts).toEqual({ ...nothing, list: 2, get: 1 })
  })

  test('can be chosen by tags, by status and by number', async () => {
    const store = createMemoryStore()
    await writeRun(store, endedRun({ run: '1', tags: ['nightly'] }))
    await writeRun(store, endedRun({ run: '2', status: 'failed', tags: ['nightly', '日本'] }))
    await writeRun(store, endedRun({ run: '3', status: 'interrupted' }))
    await writeRun(store, squaresRun({ run: '4' }))
    await writeRun(store, squaresRun({ run: '5', heartbeatAt: '2026-01-01T00:00:00.000Z' }))
    const flow = open(store).flow('Squares')
    const ids = async (filter: Parameters<typeof flow.runs>[0]): Promise<string> =>
      (await flow.runs(filter).toArray()).map(({ id }) => id).join(' ')
    expect(await ids({ tags: ['nightly'] })).toBe('2 1')
    expect(await ids({ tags: ['nightly', '日本'] })).toBe('2')
    expect(await ids({ tags: ['runtime:node'], limit: 2 })).toBe('5 4')
    expect(await ids({ status: 'failed' })).toBe('5 2')
    expect(await ids({ status: 'running' })).toBe('4')
    expect(await ids({ status: 'interrupted' })).toBe('3')
    expect(() => flow.runs({ status: 'done' as 'failed' })).toThrow(RangeError)
    for (const limit of [0, -1, 1.5, Number.NaN]) expect(() => flow.runs({ limit })).toThrow(RangeError)
    await (await flow.run(1)).editTags({ add: ['new'], remove: ['nightly'] })
    expect(await ids({ tags: ['nightly'] })).toBe('2')
    expect((await flow.run(1)).tags).toEqual(['new'])
  })

  test('are those of the namespace, by the run’s own or by any of its tags', async () => {
    const store = createMemoryStore()
    await writeRun(store, endedRun({ run: '1' }))
    await writeRun(store, endedRun({ run: '2', namespace: 'user:bob', user: 'bob', systemTags: ['user:bob'] }))
    await writeRun(store, endedRun({ run: '3', namespace: 'team', systemTags: ['user:ada'] }))
    await writeRun(store, endedRun({ run: '4', namespace: 'user:bob', user: 'bob', systemTags: [], tags: ['team'] }))
    const ids = async (namespace: string | null): Promise<string> =>
      (await open(store, namespace).flow('Squares').runs().toArray()).map(({ id }) => id).join(' ')
    expect(await ids('user:ada')).toBe('3 1')
    expect(await ids('user:bob')).toBe('4 2')
    expect(await ids('team')).toBe('4 3')
    expect(await ids(null)).toBe('4 3 2 1')
    expect((await open(store, 'user:bob').flow('Squares').latestSuccessfulRun())?.id).toBe('4')
    const error: unknown = await open(store)
      .get('Squares/2/start/1')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'wrong-namespace', subject: 'Squares/2' })
    expect(String(error)).toContain(
      'it belongs to the namespace "user:bob", and only "user:ada" is looked at. Open the client with { namespace: "user:bob" }, or with { namespace: null }',
    )
    expect((await open(store, null).get('Squares/2')).user).toBe('bob')
  })
})

describe('a run whose scheduler is dead', () => {
  const gone = { host: hostname(), pid: 2 ** 22 + 1 }

  test('reads as failed, with an error that says so', async () => {
    const store = createMemoryStore()
    await storeRun(store, squaresRun({ run: '1', ...gone }))
    await writeRun(store, squaresRun({ run: '2', heartbeatAt: '2026-11-23T02:44:00.000Z' }))
    const [silent, absent] = await open(store).flow('Squares').runs().toArray()
    for (const run of [silent, absent])
      expect(run).toMatchObject({ status: 'failed', lost: true, finished: true, successful: false, finishedAt: undefined })
    expect(silent?.durationMs).toBe(60_000)
    expect(silent?.error).toMatchObject({
      code: 'executor-lost',
      message: expect.stringMatching(/last sign of life was at 2026-11-23T02:44:00\.000Z.*resume --origin-run-id 2/),
    })
    expect(absent?.error?.message).toMatch(/its process 4194305 on .* does not exist/)
    expect(await absent?.step('gather').task()).toMatchObject({ status: 'succeeded' })
  })

  test('has tasks that failed with it, where they had only begun', async () => {
    const store = createMemoryStore()
    await writeRun(store, squaresRun(gone))
    await writeLog(store, logKey({ flow: 'Squares', run: '1', step: 'start', task: '1', attempt: 0 }), [
      { at: new Date(0), stream: 'stdout', text: 'begun' },
    ])
    const task = await open(store).get('Squares/1/start/1')
    expect(task).toMatchObject({ status: 'failed', finished: true, durationMs: undefined, exception: { code: 'executor-lost' } })
    expect(await task.stdout()).toBe('begun\n')
    expect(task.artifacts()).toEqual([])
    await expect(task.data()).rejects.toThrow('It was killed before it could save any.')
    await expect((await open(store).get('Squares/1')).data()).rejects.toThrow(/It has no end: its status is failed/)
  })

  test('is not one that ended between the look at its record and the look at its process', async () => {
    const inner = createMemoryStore()
    await writeRun(inner, squaresRun(gone))
    let reads = 0
    const store: ObjectStore = {
      ...inner,
      get: async (...args) => {
        const body = await inner.get(...args)
        reads += 1
        if (reads === 1) await writeRun(inner, endedRun(gone))
        return body
      },
    }
    expect(await open(store).get('Squares/1')).toMatchObject({ status: 'succeeded', lost: false })
  })

  test('is not one whose clock was set back', async () => {
    const store = createMemoryStore()
    await writeRun(store, squaresRun({ createdAt: '2027-11-23T02:44:00.000Z', heartbeatAt: '2027-11-23T02:44:00.000Z' }))
    expect(await open(store).get('Squares/1')).toMatchObject({ status: 'running', lost: false, durationMs: 0 })
  })
})

describe('a task that runs', () => {
  test('is known by what it has printed', async () => {
    const store = createMemoryStore()
    await writeRun(store, squaresRun())
    await commitTask(store, squaresTask({ step: 'start', task: '1', status: 'failed', error: { name: 'Error', message: 'no' } }))
    await writeLog(store, logKey({ flow: 'Squares', run: '1', step: 'start', task: '1', attempt: 1 }), [
      { at: new Date(0), stream: 'stdout', text: 'again' },
    ])
    const run = await open(store).get('Squares/1')
    const task = await run.step('start').task(1)
    expect(task).toMatchObject({ status: 'running', finished: false, exception: undefined, finishedAt: undefined })
    expect(task.attempts.map(({ status }) => status)).toEqual(['failed', 'running'])
    expect(await task.stdout()).toBe('again\n')
    await writeLog(store, logKey({ flow: 'Squares', run: '1', step: 'start', task: '1', attempt: 1, segment: 1 }), [
      { at: new Date(2), stream: 'stdout', text: 'and on' },
    ])
    expect(await task.stdout()).toBe('again\nand on\n')
    await expect(run.step('compute').task()).rejects.toThrow(
      'Could not find a task of Squares/1/compute. The steps that have tasks are start.',
    )
    expect(await run.step('compute').tasks().toArray()).toEqual([])
    expect(() => run.step('Nope')).toThrow(expect.objectContaining({ code: 'invalid-pathspec' }))
  })
})
