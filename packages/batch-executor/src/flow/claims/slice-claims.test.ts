import { createMemoryStore } from '@millrace/artifact-store'
import { countRequests } from '@millrace/core-graph/testing'
import { expect, test } from 'vitest'
import { Claims } from './claims.ts'
import { SliceClaims } from './slice-claims.ts'
import { WorkList } from './work-list.ts'

const me = (worker: number) => ({ flow: 'Wide', run: '1', job: 'work-1', worker, submission: '0000000a', incarnation: 1 })

test('of many who take from both sides of a slice at once, each task goes to exactly one, and a listing tells that it is done', async () => {
  const store = createMemoryStore()
  const taken = await Promise.all(
    Array.from({ length: 8 }, async (_, worker) => {
      const slice = new SliceClaims(store, me(worker), { slice: 3, range: [100, 161] })
      const mine: number[] = []
      for (let next = await slice.take('front', worker + 1); next.length > 0; next = await slice.take('back', worker + 1))
        mine.push(...next)
      return mine
    }),
  )
  expect(taken.flat().sort((left, right) => left - right)).toEqual(Array.from({ length: 61 }, (_, index) => index + 100))
  const { claims, done } = (await new Claims(store, me(0)).slices()).get(3) ?? { claims: 0, done: false }
  expect(done).toBe(true)
  const late = new SliceClaims(store, me(9), { slice: 3, range: [100, 161], claims })
  expect(await late.take('back', 5)).toEqual([])
})

test('nobody takes more than half of what is left, so that the end is shared', async () => {
  const slice = new SliceClaims(createMemoryStore(), me(0), { slice: 0, range: [0, 20] })
  const sizes: number[] = []
  for (let next = await slice.take('front', 32); next.length > 0; next = await slice.take('front', 32)) sizes.push(next.length)
  expect(sizes).toEqual([10, 5, 3, 1, 1])
})

test('whoever has nothing left looks once, and asks only of slices that are not done', async () => {
  const { store, counts } = countRequests(createMemoryStore())
  const share = { workers: 50, count: 500 }
  const all = async (worker: number) => {
    const list = new WorkList(store, me(worker), share)
    const indices: number[] = []
    for (let next = await list.take(32); next.length > 0; next = await list.take(32)) indices.push(...next.map(({ index }) => index))
    return indices
  }
  expect((await all(7)).length).toBe(500)
  Object.assign(counts, { put: 0, get: 0, list: 0 })
  expect(await all(8)).toEqual([])
  // Each claim of its own slice, one after another; then which slices are done, and whether a worker has died.
  expect(counts).toMatchObject({ put: 4, get: 4, list: 2 })
})
