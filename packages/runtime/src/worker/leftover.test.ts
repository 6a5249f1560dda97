import { expect, it } from 'vitest'
import { addedWork } from './leftover.ts'

it('names each kind of work that there is more of than before', () => {
  expect(addedWork(['Timeout'], ['Timeout', 'Timeout', 'Timeout', 'Worker'])).toEqual(['Timeout', 'Worker'])
  expect(addedWork(['Timeout', 'Worker'], ['Worker'])).toEqual([])
})
