import { expect, it } from 'vitest'
import { Progress } from './progress.ts'
import type { StepProgress } from './run-events.ts'

it('tells of a step at most ten times a second, and always of its end', () => {
  const told: StepProgress[] = []
  let now = 0
  const progress = new Progress(
    (each) => told.push(each),
    () => now,
  )
  progress.expect('work', 100)
  for (let task = 0; task < 100; task += 1) {
    progress.started('work')
    now += 7
    if (task === 50) progress.retried('work')
    if (task === 50) progress.started('work')
    progress.succeeded('work')
  }
  expect(told[0]).toEqual({ step: 'work', total: 100, done: 0, running: 0, failed: 0, queued: 100 })
  expect(told.at(-1)).toEqual({ step: 'work', total: 100, done: 100, running: 0, failed: 0, queued: 0 })
  expect(told.length).toBeLessThan(12)
  progress.started('other')
  expect(told.every(({ step }) => step === 'work')).toBe(true)
})
