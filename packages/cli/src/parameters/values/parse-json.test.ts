import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'

test('what JSON.stringify writes comes back, with any digits', () => {
  const numbers = fc.array(fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.bigInt(0n, 2n ** 70n).map(Number)))
  fc.assert(
    fc.property(numbers, (value) => {
      expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test.each(['12345678901234567890', '-9007199254740993', '1'.repeat(400), '1e400'])('%s would change and is refused', (digits) => {
  expect(() => parseJson(`{ "ids": [1, ${digits}] }`)).toThrow(/^JavaScript cannot hold the number -?[\de]+\. Put it in quotes/)
})

test('digits in text and behind a decimal point are no harm', () => {
  expect(parseJson('["12345678901234567890", 0.12345678901234567890, 1e300]')).toEqual(['12345678901234567890', 0.12345678901234568, 1e300])
})
