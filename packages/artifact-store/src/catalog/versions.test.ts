import { type Clock, MillraceError, type ObjectEntry, type ObjectStore } from '@millrace/core-graph'
import { endedRun } from '@millrace/core-graph/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogKey } from '../layout.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { type Catalog, tagsOf, withTags } from './catalog.ts'
import { readCatalog, updateCatalog } from './versions.ts'

const run = endedRun()
const instantly: Clock = { now: () => new Date(0), sleep: async () => {} }
const adding =
  (tag: string) =>
  (catalog: Catalog): Catalog =>
    withTags(catalog, run, [...new Set([...tagsOf(catalog, run), tag])])

/** A store whose every request waits for its turn in an order that fast-check chooses. */
function scheduled(store: ObjectStore, scheduler: fc.Scheduler): ObjectStore {
  return {
    ...store,
    put: scheduler.scheduleFunction(store.put),
    get: scheduler.scheduleFunction(store.get),
    delete: scheduler.scheduleFunction(store.delete),
    async *list(prefix, options) {
      const listed = scheduler.scheduleFunction(async () => {
        const entries: ObjectEntry[] = []
        for await (const entry of store.list(prefix, options)) entries.push(entry)
        return entries
      })
      yield* await listed()
    },
  }
}

describe('writers of a catalog', () => {
  test('lose nothing in any order of their requests, also where versions are deleted while others sleep', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 9 }),
        async (scheduler, kept, writers) => {
          const inner = createMemoryStore()
          const store = scheduled(inner, scheduler)
          const settled: string[] = []
          const write = async (writer: number, count: number): Promise<void> => {
            for (let number = 0; number <= count; number += 1) {
              const tag = `${writer}-${number}`
              await updateCatalog(store, 'Squares', { change: adding(tag), kept, clock: instantly })
              settled.push(tag)
              // What has settled is there for everyone who looks from now on.
              expect(tagsOf(await readCatalog(inner, 'Squares'), run)).toEqual(expect.arrayContaining(settled))
            }
          }
          await scheduler.waitFor(Promise.all(writers.map((count, writer) => write(writer, count))))
          expect([...tagsOf(await readCatalog(inner, 'Squares'), run)].sort()).toEqual(settled.sort())
        },
      ),
      { numRuns: 150 },
    )
  })

  test('find out that their number was used before and deleted', async () => {
    const inner = createMemoryStore()
    const others = async (): Promise<void> => {
      for (let number = 0; number < 60; number += 1) await updateCatalog(inner, 'Squares', { change: adding(`other-${number}`) })
    }
    let isAsleep = true
    const store: ObjectStore = {
      ...inner,
      put: async (...args) => {
        if (isAsleep) await others()
        isAsleep = false
        return inner.put(...args)
      },
    }
    const repeated: boolean[] = []
    await updateCatalog(store, 'Squares', {
      change: (catalog, isRepeated) => {
        repeated.push(isRepeated)
        return adding('sleeper')(catalog)
      },
      clock: instantly,
    })
    expect(repeated).toEqual([false, true])
    const tags = tagsOf(await readCatalog(inner, 'Squares'), run)
    expect(tags).toContain('sleeper')
    expect(tags).toHaveLength(61)
  })

  test('know their own version again where the store asked twice', async () => {
    const inner = createMemoryStore()
    const store: ObjectStore = {
      ...inner,
      put: async (...args) => {
        await inner.put(...args)
        return inner.put(...args)
      },
    }
    let calls = 0
    const change = (catalog: Catalog): Catalog => {
      calls += 1
      return adding('x')(catalog)
    }
    expect((await updateCatalog(store, 'Squares', { change, clock: instantly })).sequence).toBe(1)
    expect(calls).toBe(1)
  })

  test('write nothing where nothing changes, and say so when others are always quicker', async () => {
    const inner = createMemoryStore()
    expect((await updateCatalog(inner, 'Squares', { change: (catalog) => catalog })).sequence).toBe(0)
    const store: ObjectStore = {
      ...inner,
      put: async () => false,
      get: async (key) => (key === catalogKey('Squares', 1) ? new Uint8Array(1) : undefined),
    }
    const error = await updateCatalog(store, 'Squares', { change: adding('x'), clock: instantly, mostAttempts: 5 }).catch(
      (thrown) => thrown,
    )
    expect(MillraceError.is(error, 'store-failed') && error.retryable).toBe(true)
  })

  test('stop when their signal is aborted', async () => {
    const reason = new Error('enough')
    const change = updateCatalog(createMemoryStore(), 'Squares', { change: adding('x'), signal: AbortSignal.abort(reason) })
    await expect(change).rejects.toBe(reason)
  })
})
