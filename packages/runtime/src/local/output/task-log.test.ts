import { createMemoryStore, listAttempts, readLog } from '@millrace/artifact-store'
import type { LogLine, ObjectStore } from '@millrace/core-graph'
import { countRequests } from '@millrace/core-graph/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { taskSpec } from '../../../fixtures/task-spec.ts'
import { TaskLog } from './task-log.ts'

const spec = taskSpec({})
const line = (text: string, stream: LogLine['stream'] = 'stdout'): LogLine => ({ at: new Date(0), stream, text })

async function partsOf(store: ObjectStore): Promise<readonly number[]> {
  const { logs } = await listAttempts(store, { flow: spec.flow, run: spec.run })
  return logs.map(({ segment }) => segment).sort((left, right) => left - right)
}

async function textOf(store: ObjectStore): Promise<readonly string[]> {
  return (await readLog(store, spec, await partsOf(store))).map(({ text }) => text)
}

describe('the log of a task', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is saved in parts while the task runs, less and less often up to every half minute, and whole at the end', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const log = new TaskLog(store, spec, 1e6)
    const savedAtMs: number[] = []
    for (let second = 0; second < 240; second += 1) {
      log.add([line(`second ${second}`)])
      const before = counts.put
      await vi.advanceTimersByTimeAsync(1_000)
      if (counts.put > before) savedAtMs.push((second + 1) * 1_000)
    }
    const waits = savedAtMs.map((at, index) => at - (savedAtMs[index - 1] ?? 0))
    expect(waits.slice(0, 3)).toEqual([1_000, 2_000, 3_000])
    expect(waits).toEqual(waits.toSorted((left, right) => left - right))
    expect(waits.at(-1)).toBeLessThanOrEqual(31_000)
    expect(counts.put).toBeLessThan(20)
    await log.close()
    expect(await textOf(store)).toEqual(Array.from({ length: 240 }, (_, second) => `second ${second}`))
    expect(await partsOf(store)).toEqual(Array.from({ length: counts.put }, (_, part) => part))
  })

  it('of a short task is one put, and of a task that writes nothing none', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    await new TaskLog(store, spec, 1e6).close()
    expect(counts.put).toBe(0)
    const log = new TaskLog(store, spec, 1e6)
    log.add([line('a')])
    log.add([line('b', 'stderr')])
    await log.close()
    expect(counts.put).toBe(1)
    expect(await textOf(store)).toEqual(['a', 'b'])
  })

  it('loses and repeats nothing where a put fails, whether it has arrived or not, and where one takes longer than the wait', async () => {
    const inner = createMemoryStore()
    const outcomes = ['lost', 'arrived', 'slow', 'fine']
    const releases: (() => void)[] = []
    const store: ObjectStore = {
      ...inner,
      put: async (key, body, options) => {
        const outcome = outcomes.shift()
        if (outcome === 'slow')
          await new Promise<void>((release) => {
            releases.push(release)
          })
        if (outcome !== 'lost') await inner.put(key, body, options)
        if (outcome === 'lost' || outcome === 'arrived') throw new Error(outcome)
        return true
      },
    }
    const log = new TaskLog(store, spec, 1e6)
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      log.add([line(text)])
      await vi.advanceTimersByTimeAsync(20_000)
    }
    for (const release of releases) release()
    await log.close()
    expect(await textOf(inner)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('says at the end that it could not be saved, with the reason', async () => {
    const log = new TaskLog({ ...createMemoryStore(), put: () => Promise.reject(new Error('full')) }, spec, 1e6)
    log.add([line('a')])
    await vi.advanceTimersByTimeAsync(2_000)
    await expect(log.close()).rejects.toThrow('full')
  })

  it('is cut at the limit of each stream, with a mark, and saved all the same', async () => {
    const store = createMemoryStore()
    const log = new TaskLog(store, spec, 10)
    const kept = log.add([line('12345678'), line('over'), line('more'), line('err', 'stderr')])
    await log.close()
    expect(kept.map(({ text }) => text)).toEqual(['12345678', expect.stringMatching(/^\[cut here: stdout has reached/), 'err'])
    expect(await textOf(store)).toEqual(kept.map(({ text }) => text))
  })
})
