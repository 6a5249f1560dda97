import { expect, test } from 'vitest'
import { enumerate } from './enumerate.ts'

test('names are enumerated, and counted from the eleventh on', () => {
  expect(enumerate([])).toBe('')
  expect(enumerate(['a', 'b'])).toBe('a, b')
  expect(enumerate(Array.from({ length: 10 }, (_, index) => String(index)))).toBe('0, 1, 2, 3, 4, 5, 6, 7, 8, 9')
  expect(enumerate(['a', 'b', 'c'], 2)).toBe('a, b and 1 more')
})
