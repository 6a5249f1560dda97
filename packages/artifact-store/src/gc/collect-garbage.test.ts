import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, ObjectStore, RunRecord, TaskRecord } from '@millrace/core-graph'
import { countRequests, endedRun, runRecord } from '@millrace/core-graph/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadArtifact } from '../artifacts/load-artifacts.ts'
import { saveArtifacts } from '../artifacts/save-artifacts.ts'
import { listRunSummaries } from '../catalog/list-run-summaries.ts'
import { recordRunEnd } from '../catalog/record-run-end.ts'
import { createRun, writeRun } from '../records/run-records.ts'
import { commitTask } from '../records/task-records.ts'
import { createLocalStore } from '../stores/local/local-store.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { editTags, readTags } from '../tags/edit-tags.ts'
import { collectGarbage, type GarbageOptions } from './collect-garbage.ts'

const day = 24 * 3_600_000
const flow = 'Squares'
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

/** Time stands still, and what waits is told how long. */
function clockAt(ms: number, onSleep: () => Promise<void> = async () => {}): Clock & { readonly slept: number[] } {
  const slept: number[] = []
  return {
    slept,
    now: () => new Date(ms),
    sleep: async (wait) => {
      slept.push(wait)
      await onSleep()
    },
  }
}

const inAWeek = (): Clock => clockAt(Date.now() + 7 * day)

/** A run with one task that has these artifacts. */
async function storeRun(store: ObjectStore, record: RunRecord, values: Record<string, unknown>, more: Partial<TaskRecord> = {}) {
  const artifacts = await saveArtifacts(store, flow, new Map(Object.entries(values)))
  await writeRun(store, record)
  await commitTask(store, {
    version: 1,
    flow,
    run: record.run,
    step: 'start',
    task: '1',
    attempt: 0,
    status: 'succeeded',
    startedAt: record.createdAt,
    finishedAt: record.createdAt,
    artifacts,
    parents: [],
    frames: [],
    ...more,
  })
  return artifacts
}

async function keysOf(store: ObjectStore, part: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list('')) if (key.includes(part)) keys.push(key)
  return keys
}

const ended = (run: string, daysAgo: number): RunRecord =>
  endedRun({
    run,
    createdAt: new Date(Date.now() - daysAgo * day).toISOString(),
    finishedAt: new Date(Date.now() - daysAgo * day).toISOString(),
  })

const collect = (store: ObjectStore, options: Partial<GarbageOptions> = {}) =>
  collectGarbage(store, flow, { olderThanMs: 30 * day, clock: inAWeek(), ...options })

describe('collecting garbage', () => {
  it('deletes old runs with all that only they name, and nothing that another run names', async () => {
    const store = createMemoryStore()
    const shared = random(5_000)
    const large = random(200_000)
    const text = randomBytes(100_000).toString('hex')
    await storeRun(store, ended('1', 90), { shared, own: random(5_000), large: random(200_000) })
    const kept = await storeRun(store, ended('2', 2), { shared, large, text, nested: { deep: [large] }, small: 1 })
    expect(await keysOf(store, '/blobs/')).toHaveLength(5)
    // What schedulers that were killed have left of their talk with workers on AWS Batch.
    for (const run of ['1', '2', '11']) await store.put(`${flow}/batch/${run}/jobs/abc/manifest`, random(10))
    const garbage = await collect(store)
    expect(garbage).toMatchObject({ runs: ['1'], blobs: { count: 2 } })
    expect(garbage.blobs.sizeBytes).toBeGreaterThan(205_000)
    expect(await keysOf(store, '/runs/1/')).toEqual([])
    expect(await keysOf(store, '/batch/')).toEqual(['2', '11'].map((run) => `${flow}/batch/${run}/jobs/abc/manifest`).sort())
    for (const [name, ref] of Object.entries(kept)) await loadArtifact(store, flow, name, ref)
    expect(await collect(store)).toMatchObject({ runs: [], blobs: { count: 0 } })
  })

  it('keeps the items of a foreach, which only a list names, and those in the frames of a task', async () => {
    const store = createMemoryStore()
    const refs = await saveArtifacts(store, flow, new Map([0, 1, 2].map((index) => [`${index}`, random(3_000)])))
    const items = Object.values(refs).map((ref) => ({ ref, label: 'x' }))
    const saved = await saveArtifacts(store, flow, new Map([['items', items]]))
    const frameItem = (await saveArtifacts(store, flow, new Map([['frame', random(4_000)]]))).frame
    if (!saved.items || !frameItem) throw new Error('nothing was saved')
    await storeRun(
      store,
      ended('1', 1),
      {},
      {
        transition: { kind: 'foreach', targets: ['fit'], count: 3, items: saved.items },
        frames: [{ kind: 'foreach', step: 'a', task: '9', branch: 'b', index: 0, count: 1, item: frameItem }],
      },
    )
    const before = await keysOf(store, '/blobs/')
    expect(before.length).toBeGreaterThanOrEqual(4)
    await collect(store)
    expect(await keysOf(store, '/blobs/')).toEqual(before)
  })

  it('tells in a dry run what it would delete, and deletes nothing', async () => {
    const store = createMemoryStore()
    await storeRun(store, ended('1', 90), { own: random(5_000) })
    await storeRun(store, ended('2', 90), { own: random(5_000) })
    const before = await keysOf(store, '')
    expect(await collect(store, { dryRun: true })).toMatchObject({ runs: ['1'], blobs: { count: 1 } })
    expect(await keysOf(store, '')).toEqual(before)
    expect(await collect(store)).toMatchObject({ runs: ['1'], blobs: { count: 1 } })
  })

  it('never deletes the newest run, whose number would be given again', async () => {
    const store = createMemoryStore()
    for (const run of ['1', '2', '10']) await storeRun(store, ended(run, 90), {})
    expect((await collect(store)).runs).toEqual(['1', '2'])
    const { run: _run, ...draft } = runRecord()
    expect((await createRun(store, flow, draft)).run).toBe('11')
  })

  it('takes deleted runs, and their tags, out of the catalog', async () => {
    const store = createMemoryStore()
    for (const run of ['1', '2']) {
      await storeRun(store, ended(run, 90), {})
      await recordRunEnd(store, ended(run, 90))
    }
    await editTags(store, { flow, run: '1' }, { add: ['gone'] })
    await editTags(store, { flow, run: '2' }, { add: ['stays'] })
    await collect(store)
    const runs: string[] = []
    for await (const { run } of listRunSummaries(store, flow)) runs.push(run)
    expect(runs).toEqual(['2'])
    expect(await readTags(store, { flow, run: '2' })).toEqual(['stays'])
  })

  it('keeps what is young: the record that will name it may be on its way', async () => {
    const store = createMemoryStore()
    await storeRun(store, ended('1', 1), {})
    await saveArtifacts(store, flow, new Map([['orphan', random(5_000)]]))
    expect((await collect(store, { clock: clockAt(Date.now() + day / 2) })).blobs.count).toBe(0)
    expect((await collect(store, { clock: clockAt(Date.now() + 2 * day) })).blobs.count).toBe(1)
  })

  it('keeps what is younger than a run that goes on, and looks twice at everything else', async () => {
    const store = createMemoryStore()
    const now = Date.now() + 7 * day
    await saveArtifacts(store, flow, new Map([['old orphan', random(5_000)]]))
    const reused = random(6_000)
    await saveArtifacts(store, flow, new Map([['reused', reused]]))
    const live = runRecord({ run: '1', createdAt: new Date(now - day / 2).toISOString(), heartbeatAt: new Date(now).toISOString() })
    await writeRun(store, live)
    // While it waits for its second look, the live run commits a task that came upon an orphan.
    const clock = clockAt(now, async () => {
      await storeRun(store, live, { reused })
    })
    expect((await collect(store, { clock })).blobs.count).toBe(1)
    expect(clock.slept).toEqual([60_000])
    expect(await keysOf(store, '/blobs/')).toHaveLength(1)

    const older = { ...live, createdAt: new Date(0).toISOString() }
    await writeRun(store, older)
    await saveArtifacts(store, flow, new Map([['its own', random(5_000)]]))
    expect((await collect(store, { clock: clockAt(now) })).blobs.count).toBe(0)
  })

  it('keeps a blob that was written again after it was listed, though no record names it yet', async () => {
    const store = createMemoryStore()
    const now = Date.now() + 7 * day
    const [orphan, other] = [random(5_000), random(5_000)]
    await saveArtifacts(store, flow, new Map(Object.entries({ orphan, other })))
    await writeRun(store, runRecord({ run: '1', createdAt: new Date(now).toISOString(), heartbeatAt: new Date(now).toISOString() }))
    const rewritten = new Set<string>()
    const watched: ObjectStore = {
      ...store,
      put: (key, body, options) => {
        rewritten.add(key)
        return store.put(key, body, options)
      },
      async *list(prefix, options) {
        for await (const entry of store.list(prefix, options))
          yield rewritten.has(entry.key) ? { ...entry, modifiedAt: new Date(now) } : entry
      },
    }
    const clock = clockAt(now, async () => {
      await saveArtifacts({ ...watched }, flow, new Map([['orphan', orphan]]))
    })
    expect((await collect(watched, { clock })).blobs.count).toBe(1)
    expect(await keysOf(store, '/blobs/')).toEqual([...rewritten])
  })

  it('sees a run that has begun since the first look', async () => {
    const store = createMemoryStore()
    await storeRun(store, ended('1', 1), {})
    const orphan = random(5_000)
    await saveArtifacts(store, flow, new Map([['orphan', orphan]]))
    let looks = 0
    const watched: ObjectStore = {
      ...store,
      list: (prefix, options) => {
        // The blobs are listed between the two looks at the runs, and again after the second.
        if (prefix.endsWith('/blobs') && ++looks === 1)
          return (async function* () {
            await storeRun(store, ended('2', 0), { orphan })
            yield* store.list(prefix, options)
          })()
        return store.list(prefix, options)
      },
    }
    expect((await collect(watched)).blobs.count).toBe(0)
  })

  it('deletes what a killed deletion has left of a run', async () => {
    const store = createMemoryStore()
    await storeRun(store, ended('1', 1), {})
    await storeRun(store, ended('2', 1), {})
    await store.delete(['Squares/runs/1/run.json'])
    expect((await collect(store)).runs).toEqual(['1'])
    expect(await keysOf(store, '/runs/1/')).toEqual([])
  })

  it('sweeps the temporary files of killed writes from a folder, when they are old', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-gc-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const store = createLocalStore(folder)
    await storeRun(store, ended('1', 1), { x: random(5_000) })
    const old = new Date(Date.now() - 3 * day)
    for (const name of ['1-a', '1-b']) writeFileSync(join(folder, flow, 'runs/1', `\u007F${name}`), 'half')
    utimesSync(join(folder, flow, 'runs/1', '\u007F1-a'), old, old)
    expect(await collect(store, { clock: clockAt(Date.now()) })).toMatchObject({ runs: [], blobs: { count: 0 }, leftovers: 1 })
    expect(await collect(store)).toMatchObject({ leftovers: 1 })
  })

  it('stops where it is when it is told to', async () => {
    const store = createMemoryStore()
    await storeRun(store, ended('1', 90), {})
    await storeRun(store, ended('2', 1), {})
    await expect(collect(store, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    const { store: counted, counts } = countRequests(store)
    const stop = new AbortController()
    const stopping: ObjectStore = {
      ...counted,
      list: (...args) => {
        stop.abort(new Error('enough'))
        return counted.list(...args)
      },
    }
    await expect(collect(stopping, { signal: stop.signal })).rejects.toThrow('enough')
    expect(counts).toMatchObject({ get: 0, delete: 0 })
  })
})
