import { describe, expect, test } from 'vitest'
import { parseContentRange, rangeHeader } from './object-range.ts'

describe('a range', () => {
  test.each([
    [{ offset: 0, length: 16 }, 'bytes=0-15'],
    [{ offset: 5, length: 10 }, 'bytes=5-14'],
    [{ length: 1 }, 'bytes=0-0'],
    [{ offset: 5 }, 'bytes=5-'],
    [{ offset: -5 }, 'bytes=-5'],
    [{ offset: -5, length: 5 }, 'bytes=-5'],
    [{ offset: 0, length: 10 * 1024 ** 3 }, 'bytes=0-10737418239'],
    [{ offset: 1, length: Number.MAX_SAFE_INTEGER }, 'bytes=1-9007199254740990'],
    [{}, undefined],
    [{ offset: 0 }, undefined],
  ])('of %j is the header %s', (range, header) => {
    expect(rangeHeader(range)).toBe(header)
  })

  test.each([
    [{ offset: 0.5 }, /whole number/],
    [{ offset: 0, length: 0 }, /at least 1/],
    [{ offset: 0, length: -3 }, /at least 1/],
    [{ length: Number.NaN }, /at least 1/],
    [{ offset: -5, length: 2 }, /leave out its length/],
  ])('of %j is a mistake', (range, message) => {
    expect(() => rangeHeader(range)).toThrow(RangeError)
    expect(() => rangeHeader(range)).toThrow(message)
  })
})

describe('content-range', () => {
  test('says which bytes of how many', () => {
    expect(parseContentRange('bytes 5-14/200')).toEqual({ start: 5, end: 15, totalBytes: 200 })
  })

  test.each([undefined, '', 'bytes 5-4/200', 'bytes 5-200/200', 'bytes 5-14/*', 'bytes */200', 'octets 5-14/200', 'bytes 5-14/200 '])(
    'of %j says nothing',
    (header) => {
      expect(parseContentRange(header)).toBeUndefined()
    },
  )
})
