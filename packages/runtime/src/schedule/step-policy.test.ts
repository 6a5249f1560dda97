import { expect, it } from 'vitest'
import { type AfterFailure, afterFailure, readPolicy } from './step-policy.ts'

const delayOf = (next: AfterFailure): number => (next.kind === 'retry' ? next.delayMs : Number.NaN)

const waits = (retry: Parameters<typeof readPolicy>[0]['retry'], count = 5): number[] => {
  const policy = readPolicy({ ...(retry === undefined ? {} : { retry }) })
  return Array.from({ length: count }, (_, attempt) => delayOf(afterFailure(policy, attempt, false)))
}

it('waits not at all, or as long each time, or longer and longer up to a limit', () => {
  expect(waits(3, 3)).toEqual([0, 0, 0])
  expect(waits({ times: 5, delay: '2s' })).toEqual([2_000, 2_000, 2_000, 2_000, 2_000])
  expect(waits({ times: 5, delay: '1s', backoff: 2 })).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
  expect(waits({ times: 5, delay: '1s', backoff: 10, maxDelay: '1m' })).toEqual([1_000, 10_000, 60_000, 60_000, 60_000])
})

it('never waits longer than an hour, but where the first wait is longer', () => {
  expect(delayOf(afterFailure(readPolicy({ retry: { times: 9_999, delay: '1s', backoff: 2 } }), 5_000, false))).toBe(3_600_000)
  expect(waits({ times: 2, delay: '2h' }, 2)).toEqual([7_200_000, 7_200_000])
})

it.each([{ times: -1 }, { times: 1.5 }, { times: 1, backoff: 0.5 }, { times: 1, memoryFactor: 0.5 }])('refuses %j', (retry) => {
  expect(() => readPolicy({ retry })).toThrow(RangeError)
})

it('tries again while attempts are left and are wanted, then goes on with the error where the step catches it, else ends the run', () => {
  const retried = readPolicy({ retry: 1 })
  const caught = readPolicy({ retry: 1, catch: 'problem' })
  expect([0, 1].map((attempt) => afterFailure(retried, attempt, false).kind)).toEqual(['retry', 'end'])
  expect([0, 1].map((attempt) => afterFailure(caught, attempt, false).kind)).toEqual(['retry', 'catch'])
  expect(afterFailure(retried, 0, true)).toEqual({ kind: 'end' })
  expect(afterFailure(caught, 0, true)).toEqual({ kind: 'catch', artifact: 'problem' })
})
