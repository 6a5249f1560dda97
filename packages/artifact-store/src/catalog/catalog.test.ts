import { hostname } from 'node:os'
import { MillraceError, type ObjectStore, type RunRecord } from '@millrace/core-graph'
import { countRequests, endedRun, runRecord } from '@millrace/core-graph/testing'
import { describe, expect, test } from 'vitest'
import { catalogKey, runKey } from '../layout.ts'
import { encodeRecord } from '../records/encode-record.ts'
import { writeRun } from '../records/run-records.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { editTags, readTags } from '../tags/edit-tags.ts'
import { maxSummaries, type RunSummary } from './catalog.ts'
import { listRunSummaries } from './list-run-summaries.ts'
import { recordRunEnd } from './record-run-end.ts'
import { readCatalog } from './versions.ts'

async function list(store: ObjectStore): Promise<RunSummary[]> {
  const all: RunSummary[] = []
  for await (const summary of listRunSummaries(store, 'Squares')) all.push(summary)
  return all
}

async function storeWith(records: Iterable<RunRecord>): Promise<ObjectStore> {
  const store = createMemoryStore()
  for (const record of records) await writeRun(store, record)
  return store
}

const ended = (count: number): RunRecord[] => Array.from({ length: count }, (_, index) => endedRun({ run: String(index + 1) }))
const nothing = { put: 0, get: 0, list: 0, delete: 0 }

describe('a list of runs', () => {
  test('costs 3 requests for 1,000 that have ended, and one more for each that goes on', async () => {
    const inner = await storeWith(ended(1_000))
    // The first end sweeps in the newest 256 others, each later one 256 more.
    for (const run of ['1', '2', '3', '4']) await recordRunEnd(inner, endedRun({ run }))
    const { store, counts } = countRequests(inner)
    expect(await list(store)).toHaveLength(1_000)
    expect(counts).toEqual({ ...nothing, list: 2, get: 1 })
    await writeRun(inner, runRecord({ run: '1001' }))
    Object.assign(counts, nothing)
    expect((await list(store))[0]).toMatchObject({ run: '1001', status: 'running' })
    expect(counts).toEqual({ ...nothing, list: 2, get: 2 })
  })

  test('that is left after the first run reads no more than that', async () => {
    const { store, counts } = countRequests(await storeWith(ended(1_000)))
    for await (const { run } of listRunSummaries(store, 'Squares')) {
      expect(run).toBe('1000')
      break
    }
    expect(counts).toEqual({ ...nothing, list: 2, get: 8 })
  })

  test('is right without a catalog, newest first by number, leaving out what cannot be read', async () => {
    const store = await storeWith(ended(100))
    await store.put(runKey({ flow: 'Squares', run: '50' }), new TextEncoder().encode('{"version":1,'))
    expect((await list(store)).map(({ run }) => Number(run))).toEqual(
      Array.from({ length: 100 }, (_, index) => 100 - index).filter((run) => run !== 50),
    )
    expect(await list(createMemoryStore())).toEqual([])
  })

  test('says the same with a catalog as without, error, origin and edited tags included', async () => {
    const records = [
      endedRun({ tags: ['a'], originRunId: '7' }),
      endedRun({ run: '2', status: 'failed', error: { name: 'Error', message: 'no', subject: 'start/1', stack: 'Error: no\n at x' } }),
      endedRun({ run: '3', status: 'interrupted', namespace: 'team' }),
    ]
    const store = await storeWith(records)
    await editTags(store, { flow: 'Squares', run: '1' }, { add: ['日本'], remove: ['a'] })
    const before = await list(store)
    for (const record of records) expect(await recordRunEnd(store, record)).toBe(true)
    const { version: _version, flow: _flow, parameters: _parameters, ...rest } = records[0] ?? endedRun()
    const after = await list(store)
    expect(after.at(-1)).toEqual({ ...rest, tags: ['日本'] })
    expect(after[1]?.error).toEqual({ name: 'Error', message: 'no', subject: 'start/1' })
    expect(before).toMatchObject(after)
  })
})

describe('the end of a run', () => {
  test('costs two listings for the catalog and its runs, a get and a put', async () => {
    const record = endedRun()
    const { store, counts } = countRequests(await storeWith([record]))
    expect(await recordRunEnd(store, record)).toBe(true)
    expect(counts).toEqual({ ...nothing, list: 2, put: 1 })
    Object.assign(counts, nothing)
    await writeRun(store, endedRun({ run: '2' }))
    expect(await recordRunEnd(store, endedRun({ run: '2' }))).toBe(true)
    expect(counts).toEqual({ ...nothing, list: 2, get: 1, put: 2 })
  })

  test('sweeps in others that ended, and those that will never go on, but none that may', async () => {
    const now = Date.now()
    const ago = (ms: number): string => new Date(now - ms).toISOString()
    const gone = { host: hostname(), pid: 2 ** 22 + 1 }
    const store = await storeWith([
      endedRun({ run: '1' }),
      runRecord({ run: '2' }),
      runRecord({ run: '3', heartbeatAt: ago(3_600_000) }),
      runRecord({ run: '4', heartbeatAt: ago(8 * 24 * 3_600_000) }),
      runRecord({ run: '5', heartbeatAt: ago(3_600_000), ...gone }),
      runRecord({ run: '6', ...gone }),
      runRecord({ run: '7', heartbeatAt: ago(-3_600_000) }),
      runRecord({ run: '8', heartbeatAt: ago(3_600_000), host: hostname(), pid: process.pid }),
    ])
    await recordRunEnd(store, endedRun({ run: '9' }))
    expect([...(await readCatalog(store, 'Squares')).runs.keys()]).toEqual(['9', '5', '4', '1'])
    // One that was given up comes back and ends, and could not say so itself.
    await writeRun(store, endedRun({ run: '4' }))
    await recordRunEnd(store, endedRun({ run: '10' }))
    expect((await readCatalog(store, 'Squares')).runs.get('4')?.status).toBe('succeeded')
  })

  test('is noted by as many as end at once, and by later ones where that failed', async () => {
    const records = ended(40)
    const store = await storeWith(records)
    await Promise.all(records.map((record) => recordRunEnd(store, record)))
    expect(await list(store)).toHaveLength(40)
    await recordRunEnd(store, endedRun({ run: '1' }))
    expect((await readCatalog(store, 'Squares')).runs.size).toBe(40)
  })

  test('does no harm where the store refuses', async () => {
    const broken: ObjectStore = {
      ...createMemoryStore(),
      put: () => Promise.reject(new MillraceError('disk-full', 'The disk is full.')),
    }
    expect(await recordRunEnd(broken, endedRun())).toBe(false)
  })
})

describe('a catalog', () => {
  test('keeps the newest summaries and all edited tags, and old versions go', async () => {
    const store = await storeWith(ended(maxSummaries + 5))
    await editTags(store, { flow: 'Squares', run: '1' }, { add: ['first'] })
    // Eight ends sweep all in; then every edit is a version.
    for (let round = 0; round < 8; round += 1) await recordRunEnd(store, endedRun({ run: String(maxSummaries + 5 - round) }))
    for (let round = 0; round < 50; round += 1) await editTags(store, { flow: 'Squares', run: '9' }, { add: [`t${round}`] })
    const { runs, tags, sequence } = await readCatalog(store, 'Squares')
    expect([runs.size, sequence]).toEqual([maxSummaries, 59])
    expect([runs.has(String(maxSummaries + 5)), runs.has('5')]).toEqual([true, false])
    expect(tags.get('1')?.tags).toEqual(['first'])
    const kept: (number | undefined)[] = []
    for await (const { sizeBytes } of store.list('Squares/catalog')) kept.push(sizeBytes)
    expect(kept.length).toBeLessThan(41)
    // 2,000 summaries are 600 kB of JSON.
    expect(kept.at(-1)).toBeLessThan(60_000)
  })

  test('whose newest version a power cut has torn reads as the one before, and goes on above it', async () => {
    const store = await storeWith([endedRun()])
    const run = { flow: 'Squares', run: '1' }
    await editTags(store, run, { add: ['a'] })
    await editTags(store, run, { add: ['b'] })
    await store.put(catalogKey('Squares', 2), new Uint8Array(0))
    await store.put(catalogKey('Squares', 3), new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]))
    expect(await readTags(store, run)).toEqual(['a'])
    expect(await editTags(store, run, { add: ['c'] })).toEqual(['a', 'c'])
    expect((await readCatalog(store, 'Squares')).sequence).toBe(4)
  })

  test('of a later Millrace is an error for who reads tags, and none for a run that ends', async () => {
    const store = await storeWith([endedRun()])
    await store.put(catalogKey('Squares', 1), encodeRecord({ version: 2 }))
    await expect(list(store)).rejects.toThrow(/is of version 2, and this Millrace reads version 1/)
    expect(await recordRunEnd(store, endedRun())).toBe(false)
  })

  test('says nothing about a run that was given a deleted one’s number', async () => {
    const store = await storeWith([endedRun()])
    await editTags(store, { flow: 'Squares', run: '1' }, { add: ['old'] })
    await writeRun(store, endedRun({ createdAt: '2026-12-01T00:00:00.000Z' }))
    expect(await readTags(store, { flow: 'Squares', run: '1' })).toEqual([])
  })
})
