import { expect, test } from 'vitest'
import { forEachAtOnce } from './for-each-at-once.ts'

test('every item is worked on once, and never more of them at a time than may be', async () => {
  const seen: number[] = []
  let running = 0
  let most = 0
  await forEachAtOnce(
    [1, 2, 3, 4, 5, 6, 7],
    async (item) => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      seen.push(item)
      running -= 1
    },
    { atOnce: 3 },
  )
  expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(most).toBe(3)
})

test('after a failure nothing begins, what has begun ends, and the first failure is thrown', async () => {
  const begun: number[] = []
  const ended: number[] = []
  let letGo = (): void => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const work = forEachAtOnce(
    [1, 2, 3, 4],
    async (item) => {
      begun.push(item)
      if (item === 1) throw new Error('the first')
      await held
      ended.push(item)
      throw new Error('a later one')
    },
    { atOnce: 2 },
  )
  letGo()
  await expect(work).rejects.toThrow('the first')
  expect(begun).toEqual([1, 2])
  expect(ended).toEqual([2])
})
