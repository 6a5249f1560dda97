import { type ParameterDefinition, parameter } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { defaultProblem } from './default-problem.ts'

const list = parameter.integer({ separator: ',' })
const problem = (made: unknown, value: unknown): string | undefined => defaultProblem(made as ParameterDefinition, value)

test.each<[made: unknown, value: unknown]>([
  [parameter.string(), ''],
  [parameter.number(), Number.NEGATIVE_INFINITY],
  [parameter.number(), -0],
  [parameter.integer(), -3],
  [parameter.boolean(), false],
  [parameter.json(), null],
  [parameter.json(), new Map([[1, new Date(0)]])],
  [list, []],
  [list, [1, 2]],
])('a default of its kind is fine: %#', (made, value) => {
  expect(problem(made, value)).toBeUndefined()
})

test.each<[made: unknown, value: unknown, says: string]>([
  [parameter.string(), 3, 'is text, and 3 is not'],
  [parameter.number(), Number.NaN, 'is a number, and NaN is not'],
  [parameter.number(), '3', "is a number, and '3' is not"],
  [parameter.integer(), 1.5, 'is a whole number, and 1.5 is not'],
  [parameter.integer(), 2 ** 53, 'is a whole number, and 9007199254740992 is not'],
  [parameter.boolean(), 'yes', "is true or false, and 'yes' is not"],
  [list, 'a,b', "is a list, and 'a,b' is not"],
  [list, [1, 2, '3'], "is a list, each item of it a whole number, and item 2, '3', is not"],
])('a default of another kind is told: %#', (made, value, says) => {
  expect(problem(made, value)).toBe(says)
})
