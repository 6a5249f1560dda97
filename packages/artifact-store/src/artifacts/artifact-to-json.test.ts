import { expect, test } from 'vitest'
import { artifactToJson } from './artifact-to-json.ts'

test('every kind of value becomes the nearest thing that JSON has', () => {
  const value = {
    nothing: undefined,
    numbers: [1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY, 2n ** 70n],
    floats: Float64Array.of(0.5, Number.NaN),
    big: BigInt64Array.of(-1n),
    bytes: Buffer.from('abc'),
    buffer: Uint8Array.of(1, 2).buffer,
    at: new Date(0),
    never: new Date(Number.NaN),
    pattern: /a\/b/gi,
    home: new URL('https://example.org/a?b'),
    set: new Set(['a', 1]),
    byName: new Map([['x', new Map([[1, 'one']])]]),
  }
  expect(JSON.parse(JSON.stringify(artifactToJson(value)))).toEqual({
    nothing: null,
    numbers: [1.5, 0, 'NaN', '-Infinity', '1180591620717411303424'],
    floats: [0.5, 'NaN'],
    big: ['-1'],
    bytes: 'YWJj',
    buffer: 'AQI=',
    at: '1970-01-01T00:00:00.000Z',
    never: 'Invalid Date',
    pattern: '/a\\/b/gi',
    home: 'https://example.org/a?b',
    set: ['a', 1],
    byName: { x: [[1, 'one']] },
  })
})

test('an error shows its name, message, cause and fields', () => {
  const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { code: 'E1' })
  expect(artifactToJson(error)).toMatchObject({
    name: 'TypeError',
    message: 'outer',
    code: 'E1',
    cause: { name: 'Error', message: 'inner' },
  })
})

test('a cycle ends, what is shared is written twice, and a very deep value is cut', () => {
  const shared = { a: 1 }
  const value: Record<string, unknown> = { left: shared, right: shared }
  value.self = value
  expect(artifactToJson(value)).toEqual({ left: { a: 1 }, right: { a: 1 }, self: '[circular]' })
  let deep: unknown = []
  for (let level = 0; level < 100_000; level += 1) deep = [deep]
  expect(JSON.stringify(artifactToJson(deep))).toContain('[too deep]')
})
