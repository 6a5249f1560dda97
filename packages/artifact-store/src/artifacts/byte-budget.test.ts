import { describe, expect, test } from 'vitest'
import { ByteBudget } from './byte-budget.ts'

/** Work that is as large as it says, goes on until it is told to end, and notes what goes on beside it. */
function makeWork(budget: ByteBudget) {
  const running: number[] = []
  const ends = new Map<number, () => void>()
  const start = (sizeBytes: number): Promise<void> =>
    budget.run(sizeBytes, async () => {
      running.push(sizeBytes)
      await new Promise<void>((end) => {
        ends.set(sizeBytes, end)
      })
      running.splice(running.indexOf(sizeBytes), 1)
    })
  const end = async (sizeBytes: number): Promise<void> => {
    ends.get(sizeBytes)?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { running, start, end }
}

describe('a byte budget', () => {
  test('lets begin what fits, in the order in which it came, so that nothing large waits for ever', async () => {
    const { running, start, end } = makeWork(new ByteBudget({ maxBytes: 100, maxCount: 10 }))
    const all = [60, 30, 50, 5].map(start)
    await end(0)
    expect(running).toEqual([60, 30])
    await end(30)
    expect(running).toEqual([60])
    await end(60)
    expect(running).toEqual([50, 5])
    await Promise.all([end(50), end(5), ...all])
  })

  test('lets what is larger than all of it go alone', async () => {
    const { running, start, end } = makeWork(new ByteBudget({ maxBytes: 100, maxCount: 10 }))
    const all = [1, 500, 2].map(start)
    await end(0)
    expect(running).toEqual([1])
    await end(1)
    expect(running).toEqual([500])
    await end(500)
    expect(running).toEqual([2])
    await Promise.all([end(2), ...all])
  })

  test('counts too, and goes on after work that failed', async () => {
    const { running, start, end } = makeWork(new ByteBudget({ maxBytes: 100, maxCount: 2 }))
    const budget = new ByteBudget({ maxBytes: 1, maxCount: 1 })
    const all = [1, 2, 3].map(start)
    await end(0)
    expect(running).toEqual([1, 2])
    await end(1)
    expect(running).toEqual([2, 3])
    await Promise.all([end(2), end(3), ...all])
    await expect(budget.run(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await budget.run(1, async () => 'after')).toBe('after')
  })
})
