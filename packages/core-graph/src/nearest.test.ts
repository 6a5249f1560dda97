import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

test('nearest finds a name with one wrong, missing, added or swapped character', () => {
  for (const typo of ['cumpute', 'compte', 'computee', 'copmute', 'Compute'])
    expect(nearest(typo, ['start', 'compute', 'end'])).toBe('compute')
})

test('nearest says nothing where no name is close', () => {
  expect(nearest('gather', ['start', 'end'])).toBeUndefined()
  expect(nearest('a', ['bcd'])).toBeUndefined()
  expect(nearest('x', [])).toBeUndefined()
})

test('nearest prefers the closest name, and the first among equals', () => {
  expect(nearest('gathers', ['father', 'gather'])).toBe('gather')
  expect(nearest('step1', ['step2', 'step3'])).toBe('step2')
})
