import { describe, expect, test } from 'vitest'
import { runInParallel } from './run-in-parallel.ts'

describe('work in parallel', () => {
  test('runs as many at once as it may, and no more', async () => {
    let [running, most] = [0, 0]
    const seen: number[] = []
    await runInParallel(
      Array.from({ length: 50 }, (_, index) => index),
      () => async (item, index) => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        expect(index).toBe(item)
        seen.push(item)
      },
      { width: () => 7 },
    )
    expect(most).toBe(7)
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index))
  })

  test('takes no more items than it works on', async () => {
    let taken = 0
    function* endless(): Generator<number> {
      while (true) yield taken++
    }
    const work = runInParallel(
      endless(),
      () => async (item) => {
        await new Promise((resolve) => setImmediate(resolve))
        if (item === 20) throw new Error('enough')
      },
      { width: () => 4 },
    )
    await expect(work).rejects.toThrow('enough')
    expect(taken).toBeLessThanOrEqual(26)
  })

  test('ends with the first failure, when the others have been told and have ended', async () => {
    let ended = 0
    const work = runInParallel(
      [1, 2, 3],
      (signal) => async (item) => {
        if (item === 2) throw new Error('broken')
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        ended += 1
        throw signal.reason
      },
      { width: () => 3 },
    )
    await expect(work).rejects.toThrow('broken')
    expect(ended).toBe(2)
  })

  test('ends with an abort, also while an item is awaited that never comes', async () => {
    const controller = new AbortController()
    let isClosed = false
    const never: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          isClosed = true
          return { done: true, value: undefined }
        },
      }),
    }
    const work = runInParallel(never, () => async () => {}, { width: () => 2, signal: controller.signal })
    controller.abort(new Error('stop'))
    await expect(work).rejects.toThrow('stop')
    expect(isClosed).toBe(true)
    await expect(
      runInParallel([1], () => async () => {}, { width: () => 1, signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before')
  })

  test('tells what the items throw', async () => {
    function* broken(): Generator<number> {
      yield 1
      throw new Error('no more items')
    }
    await expect(runInParallel(broken(), () => async () => {}, { width: () => 2 })).rejects.toThrow('no more items')
  })
})
