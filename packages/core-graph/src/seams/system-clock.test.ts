import { describe, test } from 'vitest'
import { clockCases } from '../testing/clock-suite.ts'
import { systemClock } from './system-clock.ts'

describe('the system clock', () => {
  for (const { name, run } of clockCases(() => ({ clock: systemClock }))) test(name, run)
})
