import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Progress } from './progress.ts'
import type { StepProgress } from './run-events.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('tells of a step at most ten times a second, and at once of its end', () => {
  const told: StepProgress[] = []
  const progress = new Progress((each) => told.push(each))
  progress.expect('work', 100)
  for (let task = 0; task < 100; task += 1) {
    progress.started('work')
    vi.advanceTimersByTime(7)
    if (task === 50) progress.retried('work')
    if (task === 50) progress.started('work')
    progress.succeeded('work')
  }
  expect(told.at(-1)).toEqual({ step: 'work', total: 100, done: 100, running: 0, failed: 0, queued: 0 })
  expect(told.length).toBeGreaterThan(5)
  expect(told.length).toBeLessThan(12)
  progress.started('other')
  vi.runAllTimers()
  expect(told.every(({ step }) => step === 'work')).toBe(true)
})

it('tells what holds once a burst is over, also when nothing happens after it, and nothing when it is closed', () => {
  const told: StepProgress[] = []
  const progress = new Progress((each) => told.push(each))
  progress.expect('work', 4)
  for (let task = 0; task < 2; task += 1) progress.started('work')
  vi.runAllTimers()
  progress.succeeded('work')
  progress.started('work')
  vi.runAllTimers()
  expect(told.map(({ done, running, queued }) => [done, running, queued])).toEqual([
    [0, 2, 2],
    [1, 2, 1],
  ])
  progress.succeeded('work')
  progress.close()
  vi.runAllTimers()
  expect(told).toHaveLength(2)
})
