import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codePoints } from '../code-points.fixture.ts'
import { encodeKey, encodeQuery } from './encode-key.ts'

test.each([
  ['plain/key-1_2.txt~', 'plain/key-1_2.txt~'],
  ['crazy spaces', 'crazy%20spaces'],
  ['\u0001\u00ff', '%01%C3%BF'],
  ['刺身/means sashimi', '%E5%88%BA%E8%BA%AB/means%20sashimi'],
  ['crazy-!.$%@2_()"\'*', 'crazy-%21.%24%25%402_%28%29%22%27%2A'],
  ['a//b/./../c/', 'a//b/./../c/'],
  ['100%2Fdone?a=b&c#d+e', '100%252Fdone%3Fa%3Db%26c%23d%2Be'],
  ['🐟', '%F0%9F%90%9F'],
  ['', ''],
])('the key %j is the path %s', (key, path) => {
  expect(encodeKey(key)).toBe(path)
})

test('every key comes back from its path', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoints, maxLength: 20 }), (key) => {
      const path = encodeKey(key)
      expect(path).toMatch(/^(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})*$/)
      expect(decodeURIComponent(path)).toBe(key)
      expect(encodeQuery([[key, key]])).toBe(`${path}=${path}`.replaceAll('/', '%2F'))
    }),
  )
})

test('half of a surrogate pair is refused, as UTF-8 cannot hold it', () => {
  expect(() => encodeKey('a\ud800')).toThrow(TypeError)
  expect(() => encodeQuery([['prefix', '\udfff']])).toThrow(/surrogate/)
})

test('a query is sorted by encoded name', () => {
  const query: [string, string][] = [
    ['prefix', 'a b/c'],
    ['list-type', '2'],
    ['uploads', ''],
    ['a-b', '1'],
    ['a', '2'],
    ['ä', '3'],
  ]
  expect(encodeQuery(query)).toBe('%C3%A4=3&a=2&a-b=1&list-type=2&prefix=a%20b%2Fc&uploads=')
})
