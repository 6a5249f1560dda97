import { createMemoryStore, recordRunEnd, writeRun } from '@millrace/artifact-store'
import { countRequests } from '@millrace/core-graph/testing'
import { describe, expect, test } from 'vitest'
import { endedRun, openedClient as open, Squares, squaresRun } from './squares.fixture.ts'

const nothing = { put: 0, get: 0, list: 0, delete: 0 }

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
