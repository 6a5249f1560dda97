import { expect, it } from 'vitest'
import { errorToRecord } from './error-record.ts'

it('keeps causes and parts, and ends where an error is its own cause', () => {
  const inner = new RangeError('inner')
  const outer = Object.assign(new AggregateError([inner, 'text'], 'outer', { cause: inner }), { code: 'E1' })
  inner.cause = outer
  const innerRecord = { name: 'RangeError', message: 'inner', stack: expect.any(String) }
  expect(errorToRecord(outer)).toEqual({
    name: 'AggregateError',
    message: 'outer',
    code: 'E1',
    stack: expect.any(String),
    cause: innerRecord,
    errors: [innerRecord, { name: 'Thrown', message: 'text' }],
  })
})

it('goes eight causes deep', () => {
  const error = Array.from({ length: 20 }).reduce<Error>((cause, _, index) => new Error(`${index}`, { cause }), new Error('first'))
  let depth = 0
  for (let record = errorToRecord(error).cause; record; record = record.cause) depth += 1
  expect(depth).toBe(8)
})
