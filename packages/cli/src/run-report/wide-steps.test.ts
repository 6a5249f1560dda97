import { expect, test } from 'vitest'
import { nestedGraph } from '../nested-graph.fixture.ts'
import { stepsWithin } from './wide-steps.ts'

test('the steps within a foreach end before the join that closes it', () => {
  expect([...stepsWithin(nestedGraph, 'outer')].sort()).toEqual(['gather', 'inner', 'left', 'meet', 'outer', 'right'])
  expect([...stepsWithin(nestedGraph, 'inner')].sort()).toEqual(['inner', 'left', 'meet', 'right'])
})
