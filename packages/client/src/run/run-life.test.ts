import { hostname } from 'node:os'
import { createMemoryStore, logKey, writeLog, writeRun } from '@millrace/artifact-store'
import type { ObjectStore } from '@millrace/core-graph'
import { describe, expect, test } from 'vitest'
import { endedRun, openedClient as open, squaresRun, storeRun } from '../squares.fixture.ts'

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
