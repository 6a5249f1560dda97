import { MillraceError } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { BatchError } from './batch-error.ts'

test('a failure is known by its class, by its code, and as one of Millrace', () => {
  const error: unknown = new BatchError('throttled', 'AWS Batch is busy.', { subject: 'a queue', retryable: true })
  expect([BatchError.is(error), BatchError.is(error, 'throttled'), BatchError.is(error, 'refused')]).toEqual([true, true, false])
  expect(MillraceError.is(error)).toBe(true)
  expect(BatchError.is(new MillraceError('timeout', 'It took too long.'))).toBe(false)
  expect(BatchError.is(new Error('throttled'))).toBe(false)
})
