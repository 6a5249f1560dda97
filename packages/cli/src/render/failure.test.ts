import type { ErrorRecord } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { formatError } from './failure.ts'

const error = (message: string, rest: Partial<ErrorRecord> = {}): ErrorRecord => ({ name: 'MillraceError', message, ...rest })

test('a cause is told where it adds something', () => {
  const cause = error('the disk is full', { name: 'Error' })
  expect(formatError(error('Could not write x.', { cause }), '/flow.ts')).toBe(
    '    Could not write x.\n    because of:\n        Error: the disk is full',
  )
  expect(formatError(error('Could not write x: the disk is full.', { cause }), '/flow.ts')).toBe('    Could not write x: the disk is full.')
})

test('several causes are told once, whether the error has their words or not', () => {
  const parts = [error('x is a function'), error('y is a socket')]
  const cause = error('2 artifacts cannot be stored.', { name: 'AggregateError', errors: parts })
  expect(formatError(error('Could not store: x is a function\nCould not store: y is a socket', { cause }), '/flow.ts')).toBe(
    '    Could not store: x is a function\n    Could not store: y is a socket',
  )
  expect(formatError(error('Could not store: x is a function', { cause }), '/flow.ts')).toMatch(
    /because of:\n.*2 artifacts.*\n.*y is a socket/s,
  )
})
