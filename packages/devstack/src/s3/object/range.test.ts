import { expect, test } from 'vitest'
import { evaluateRange, parseCopyRange } from './range.ts'

test.each([
  [undefined, 10, 'whole'],
  ['bytes=0-0', 10, { start: 0, end: 1 }],
  ['bytes=2-5', 10, { start: 2, end: 6 }],
  ['bytes=5-', 10, { start: 5, end: 10 }],
  ['bytes=5-10000000000', 10, { start: 5, end: 10 }],
  ['bytes=-3', 10, { start: 7, end: 10 }],
  ['bytes=-30', 10, { start: 0, end: 10 }],
  ['bytes=9-', 10, { start: 9, end: 10 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=10-20', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-5', 0, 'unsatisfiable'],
  ['bytes=5-4', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=a-b', 10, 'whole'],
  ['bytes=0-1,3-4', 10, 'whole'],
  ['lines=0-1', 10, 'whole'],
] as const)('the range %s of %i bytes is %j', (header, sizeBytes, result) => {
  expect(evaluateRange(header, sizeBytes)).toEqual(result)
})

test.each([
  ['bytes=0-9', { start: 0, end: 10 }],
  ['bytes=3-3', { start: 3, end: 4 }],
  ['bytes=0-10', undefined],
  ['bytes=4-3', undefined],
  ['bytes=4-', undefined],
  ['bytes=-4', undefined],
] as const)('the range %s of a copy of 10 bytes is %j', (header, result) => {
  expect(parseCopyRange(header, 10)).toEqual(result)
})
